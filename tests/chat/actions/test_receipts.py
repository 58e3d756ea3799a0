"""What readers do with announcements: gathered, written together, only ever raised."""

import asyncio

import pytest

from chat.actions import announcements, receipts
from chat.announcements import current, managed
from chat.database import in_database
from chat.models import AnnouncementReceipt
from chat.models.announcement import Noticed
from tests.chat.entries import as_agent, as_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def announcement(carol):
    return announcements.announce(as_agent(carol), "Look").public_id


def write():
    """What the process's task does, in the test's own transaction."""
    receipts._write(list(receipts._waiting.items()))
    receipts._waiting.clear()


@pytest.fixture(autouse=True)
def nothing_gathered():
    receipts._waiting.clear()
    yield
    receipts._waiting.clear()


def counts(announcement):
    return managed(announcement)["counts"]


def test_counts_are_of_readers_and_not_of_windows(announcement, alice, bob):
    for customer, state in ((alice, Noticed.REACHED), (bob, Noticed.REACHED)):
        receipts.note(as_customer(customer), announcement, state)
        receipts.note(as_customer(customer), announcement, state)
    receipts.note(as_customer(alice), announcement, Noticed.SEEN)
    write()
    assert counts(announcement) == {"reached": 2, "seen": 1, "dismissed": 0, "devices": 0}


def test_a_receipt_only_rises(announcement, alice):
    receipts.note(as_customer(alice), announcement, Noticed.DISMISSED)
    write()
    receipts.note(as_customer(alice), announcement, Noticed.REACHED)
    write()
    assert AnnouncementReceipt.objects.get().state == Noticed.DISMISSED
    assert counts(announcement)["dismissed"] == counts(announcement)["seen"] == 1


def test_each_reader_is_told_how_far_it_has_got(announcement, alice, bob):
    receipts.note(as_customer(alice), announcement, Noticed.DISMISSED)
    receipts.note(as_customer(bob), announcement, Noticed.SEEN)
    write()
    told = {who: current(as_customer(who).key, ["everyone"])[0]["state"] for who in (alice, bob)}
    assert told == {alice: "dismissed", bob: "seen"}


def test_what_names_no_announcement_is_left_out(announcement, alice):
    receipts.note(as_customer(alice), "none", Noticed.SEEN)
    receipts.note(as_customer(alice), announcement, Noticed.SEEN)
    write()
    assert AnnouncementReceipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_the_task_writes_what_is_left_when_it_is_ended(alice, transactional_db):
    row = await in_database(announcements.announce, as_customer(alice), "Look")
    task = asyncio.create_task(receipts.keep_writing())
    await asyncio.sleep(0)
    receipts.note(as_customer(alice), row.public_id, Noticed.SEEN)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    found = await in_database(lambda: list(AnnouncementReceipt.objects.values_list("state")))
    assert found == [(Noticed.SEEN,)]
