"""Two who change the FAQ in the same moment lock in one order, so that neither is thrown out."""

import time
from threading import Thread

import pytest
from django.db import connection, transaction

from faq.models import Entry, Phrasing, announce_change
from tests.services.patience import EVENTUALLY

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until_the_other_waits() -> None:
    """On SQLite only one may write at all."""
    if connection.vendor != "postgresql":
        return
    until = time.monotonic() + EVENTUALLY
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("The other one waits for nothing.")


def withdraw(entry):
    Entry.objects.filter(pk=entry.pk).update(is_published=False)


def save(entry):
    entry.save()


def delete(entry):
    entry.delete()


def give_a_wording(entry):
    Entry.objects.filter(pk=entry.pk).update(title="VPN")
    Phrasing.objects.bulk_create([Phrasing(entry=entry, text="tunnel")])


@pytest.mark.parametrize("change", [withdraw, save, delete, give_a_wording])
def test_an_import_and_a_change_beside_it_wait_for_each_other_in_turn(write, change):
    entry, failures = write("Set up the VPN"), []

    def beside():
        try:
            with transaction.atomic():
                change(entry)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    other = Thread(target=beside)
    with transaction.atomic():
        announce_change([])  # as an import begins
        other.start()
        wait_until_the_other_waits()
        Entry.objects.filter(pk=entry.pk).update(answer="Imported.")
    other.join()
    assert failures == []
