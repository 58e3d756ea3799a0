"""Dan exports the FAQ, edits the file, looks at what it would change, and imports it."""

import os
import threading
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from reversion.models import Revision, Version

from chat import access
from chat.actions import messages
from faq.importers.table import EntryResource
from faq.models import Entry
from faq.search import search
from tests.services.patience import EVENTUALLY

IMPORT = "/admin/faq/entry/import/"
CONFIRM = "/admin/faq/entry/process_import/"
EXPORT = "/admin/faq/entry/export/"
FORMATS = {"csv": "0", "xlsx": "1", "json": "2"}
ROW = "title,category,answer,phrasings\n{},network,{},flux capacitor\n"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "imports"


def upload(browser, data, kind="csv"):
    data = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile(f"entries.{kind}", data)
    return browser.post(IMPORT, {"import_file": file, "format": FORMATS[kind], "resource": "0"})


def confirm(browser, looked):
    return browser.post(CONFIRM, looked.context["confirm_form"].initial, follow=True)


def said(response):
    return response.content.decode()


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_says_nothing_new(desk, dans_browser, kind):
    file = dans_browser.post(EXPORT, {"format": FORMATS[kind], "resource": "0"})
    assert f"entry-{time.strftime('%Y')}" in file["Content-Disposition"].lower()
    looked = upload(dans_browser, file.content, kind)
    assert "0 new, 0 changed, 4 as they are" in said(looked)
    assert "says nothing new" in said(looked)


def test_is_looked_at_confirmed_found_and_in_the_history(model, desk, dans_browser, data_folder):
    looked = upload(dans_browser, ROW.format("Print a poster", "Room 12."))
    assert "1 new, 0 changed, 0 as they are" in said(looked)
    assert not Entry.objects.filter(title="Print a poster").exists()
    done = confirm(dans_browser, looked)
    assert "1 new" in said(done)
    assert search("flux capacitor").hits[0].title == "Print a poster"
    (version,) = Version.objects.get_for_object(Entry.objects.get(title="Print a poster"))
    assert (version.revision.comment, version.revision.user.username) == (
        "Imported from entries.csv.",
        "dan",
    )
    assert list(data_folder.iterdir()) == []


def test_says_which_columns_a_row_changes(desk, dans_browser):
    looked = upload(dans_browser, ROW.format("Set up the VPN", "New."))
    assert "changes answer, phrasings" in said(looked)


def test_wrong_rows_are_listed_and_nothing_is_to_be_confirmed(desk, dans_browser):
    looked = upload(dans_browser, "title,category,answer\nA,nowhere,x\nB,network,\nC,network,y\n")
    assert "There are: accounts (Accounts), network (Network)." in said(looked)
    assert "cannot be blank" in said(looked)
    assert "confirm_form" not in looked.context


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"\xff\xfe\x00", "csv", "not in UTF-8"),
        (b"rubbish", "xlsx", "no XLSX workbook"),
        (b"title,answr\na,b\n", "csv", "Missing: category, answer. Unknown: answr."),
        (b"title,category,answer\n", "csv", "No valid data"),
        (b"x" * (10 * 1024 * 1024 + 1), "csv", "larger than 10 MB"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(desk, dans_browser, data, kind, reason):
    looked = upload(dans_browser, data, kind)
    assert looked.status_code == 200
    assert reason in said(looked)
    assert "<code>phrasings</code>" in said(looked)
    assert "confirm_form" not in looked.context


def test_what_became_wrong_in_between_imports_nothing(desk, dans_browser, network):
    rows = ROW.format("A", "a") + ROW.format("Set up the VPN", "New.").split("\n", 1)[1]
    looked = upload(dans_browser, rows + "B,network,b,\n")
    Entry.objects.filter(category=network).update(category=desk["reset"].category)
    network.delete()
    done = confirm(dans_browser, looked)
    assert "Nothing was imported" in said(done)
    assert not Entry.objects.filter(title__in="AB").exists()
    assert not Entry.objects.filter(answer="New.").exists()
    assert not Revision.objects.filter(comment__startswith="Imported").exists()


def test_a_file_is_imported_once_and_no_other_can_be_named(desk, dans_browser, data_folder):
    looked = upload(dans_browser, ROW.format("A", "a"))
    confirm(dans_browser, looked)
    assert "imported already" in said(confirm(dans_browser, looked))
    secret = data_folder.parent / "secret"
    secret.write_text("x")
    for name in ("../secret", "secret", str(secret)):
        data = {**looked.context["confirm_form"].initial, "import_file_name": name}
        assert "imported already" in said(dans_browser.post(CONFIRM, data, follow=True))
    assert secret.exists()


def test_files_that_nobody_confirmed_go_after_a_day(desk, dans_browser, data_folder):
    upload(dans_browser, ROW.format("A", "a"))
    (old,) = data_folder.iterdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    upload(dans_browser, ROW.format("A", "a"))
    assert old not in data_folder.iterdir()
    assert len(list(data_folder.iterdir())) == 1


def test_is_for_those_who_may_add_and_change(desk, carol, carols_browser):
    carol.is_staff = True
    carol.save()
    carol.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_entry", "change_entry"])
    )
    assert carols_browser.get(EXPORT).status_code == 200
    assert carols_browser.get(IMPORT).status_code == 403
    carol.user_permissions.add(Permission.objects.get(codename="add_entry"))
    assert carols_browser.get(IMPORT).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_customers_chat_on_while_a_file_is_looked_at_and_imported(
    desk, dans_browser, alice, monkeypatch
):
    """Before each row Alice says something, in another connection: were the database locked,
    she would wait for the row that waits for her."""
    talk = alice.conversation
    said: list[object] = []

    def say() -> None:
        who = access.Participant(alice.author_key, visitor_key=alice.key)
        receipt = messages.post_message_and_wait(messages.customer_message(who, talk.pk, "hello"))
        said.append(receipt.posted)
        connection.close()

    before_row = EntryResource.before_import_row

    def listen(*arguments, **options):
        thread = threading.Thread(target=say, daemon=True)
        thread.start()
        thread.join(EVENTUALLY)
        return before_row(*arguments, **options)

    monkeypatch.setattr(EntryResource, "before_import_row", listen)
    rows = ROW.format("A", "a") + ROW.format("Set up the VPN", "New.").split("\n", 1)[1]
    looked = upload(dans_browser, rows)
    assert "1 new, 1 changed" in looked.content.decode()
    assert len(said) == 2
    confirm(dans_browser, looked)
    assert len(said) == 4
    assert Entry.objects.get(title="Set up the VPN").answer == "New."
