"""Entries as a table: out and in again without a change, and every wrong cell by its row."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from reversion.models import Version

from faq.importers.table import CSV, FORMATS, JSON, XLSX, BadFile, EntryResource, storing
from faq.models import Category, Entry, Phrasing, Revision
from tests.services.patience import EVENTUALLY

COLUMNS = "title,category,answer"
TRICKY = [
    "=cmd|' /C calc'!A0", "+49 30 1", "-1 is a number", "@dan", "'quoted'", "'=quoted",
    "two\nlines", "a, b; c", 'say "please"', "- one\n- two", "grüße 👍", "1.50", "007",
]  # fmt: skip


def read(kind, data):
    fmt = kind()
    if not fmt.is_binary() and isinstance(data, bytes):
        data = data.decode("utf-8-sig")
    return fmt.create_dataset(data)


def imported(kind, data, **options):
    return EntryResource().import_data(read(kind, data), **options)


def csv(*rows, columns=COLUMNS):
    return "\n".join([columns, *rows])


def totals(result):
    return {kind: number for kind, number in result.totals.items() if number}


def wrong(result):
    return {row.number: row.field_specific_errors for row in result.invalid_rows}


@pytest.fixture
def tricky(write):
    for number, text in enumerate(TRICKY):
        title = " ".join(text.split())
        write(title, f"{title} wording", answer=text, is_published=number % 2 == 0)
    moment = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
    return write("Wlan", "b", "a", lang="de", valid_from=moment, link="https://a.edu/?x=1&y=2")


@pytest.mark.parametrize("kind", FORMATS)
def test_out_and_in_again_changes_nothing(tricky, kind):
    data = kind().export_data(EntryResource().export())
    before = Revision.current(), list(Entry.objects.order_by("pk").values())
    assert totals(imported(kind, data)) == {"skip": len(TRICKY) + 1}
    assert (Revision.current(), list(Entry.objects.order_by("pk").values())) == before


@pytest.mark.parametrize("kind", FORMATS)
def test_out_and_into_an_empty_faq_gives_the_same(tricky, kind):
    data = kind().export_data(EntryResource().export())
    before = EntryResource().export().dict
    Entry.objects.all().delete()
    assert totals(imported(kind, data)) == {"new": len(TRICKY) + 1}
    assert EntryResource().export().dict == before


def test_no_cell_is_a_formula_to_a_spreadsheet(tricky):
    dataset = EntryResource().export()
    sheet = openpyxl.load_workbook(io.BytesIO(XLSX().export_data(dataset))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    for text in CSV().export_data(dataset).split(","):
        assert text.strip('"')[:1] not in ("=", "+", "@", "-")


def test_a_row_sets_what_its_columns_say_and_nothing_else(write, network):
    entry = write("Wlan", "one", "two", lang="de", link="https://a.edu")
    ids = [phrasing.pk for phrasing in entry.phrasings.all()]
    result = imported(
        CSV,
        csv("Wlan,network,New.,one | three", columns=f"{COLUMNS},phrasings"),
    )
    entry.refresh_from_db()
    assert totals(result) == {"update": 1}
    assert result.rows[0].changed == ["answer", "phrasings"]
    assert (entry.answer, entry.lang, entry.link) == ("New.", "de", "https://a.edu")
    assert [phrasing.text for phrasing in entry.phrasings.all()] == ["one", "three"]
    assert entry.phrasings.first().pk == ids[0]


def test_every_column_of_a_new_entry(network):
    row = (
        'Wlan,network,Hallo.,de,https://a.edu,no,2026-03-01T09:00+01:00,2026-04-01 00:00,"one\ntwo"'
    )
    columns = f"{COLUMNS},lang,link,published,valid_from,valid_until,phrasings"
    assert totals(imported(CSV, csv(row, columns=columns))) == {"new": 1}
    entry = Entry.objects.get()
    assert (entry.lang, entry.link, entry.is_published) == ("de", "https://a.edu", False)
    assert entry.valid_from == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert entry.valid_until == datetime(2026, 4, 1, tzinfo=UTC)
    assert [phrasing.text for phrasing in entry.phrasings.all()] == ["one", "two"]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        (
            {"category": "nowhere"},
            "category",
            "no category “nowhere”. There are: network (Network).",
        ),
        ({"answer": ""}, "answer", "cannot be blank"),
        ({"answer": "x" * 4001}, "answer", "at most 4000"),
        ({"title": "x" * 301}, "title", "at most 300"),
        ({"title": " "}, "title", "needs a title"),
        ({"title": "Good"}, "title", "Row 1 has this title already"),
        ({"lang": "Klingon"}, "lang", "There is no language “Klingon”. Write its code"),
        ({"link": "javascript:alert(1)"}, "link", "valid URL"),
        ({"published": "maybe"}, "is_published", "neither yes nor no"),
        ({"valid_from": "tomorrow"}, "valid_from", "is no time"),
        ({"valid_from": "2026-02-30"}, "valid_from", "is no time"),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until", "later than"),
        ({"phrasings": "?!"}, "phrasings", "at least one word"),
        ({"phrasings": "bad"}, "phrasings", "The title says this already"),
        ({"phrasings": "wlan | WLAN"}, "phrasings", "has this wording already"),
        ({"phrasings": "x" * 301}, "phrasings", "at most 300"),
        ({"answer": "a\x00b"}, "answer", "control characters"),
    ],
)
def test_a_wrong_cell_is_said_by_row_and_column_and_nothing_is_imported(
    network, cells, column, said
):
    good = {"title": "Good", "category": "network", "answer": "Yes."}
    data = json.dumps([good, {**good, "title": "Bad", **cells}])
    before = Revision.current()
    problems = wrong(imported(JSON, data))
    assert list(problems) == [2]
    assert any(said in problem for problem in problems[2][column]), problems
    assert not Entry.objects.exists()
    assert Revision.current() == before


@pytest.mark.parametrize("called", ["network", "NetWork", " The  Wires ", "THE WIRES"])
def test_a_category_is_known_by_its_slug_and_by_its_name(network, called):
    network.name = "The Wires"
    network.save()
    assert totals(imported(CSV, csv(f"A,{called},yes"))) == {"new": 1}
    assert Entry.objects.get().category == network


def test_a_slug_counts_more_than_another_s_name_and_two_are_asked_about(network):
    Category.objects.create(name="network", slug="cables")
    assert totals(imported(CSV, csv("A,network,yes"))) == {"new": 1}
    assert Entry.objects.get().category == network
    (said,) = wrong(imported(CSV, csv("B,NETWORK,yes")))[1]["category"]
    assert said == (
        "Several categories are called “NETWORK”: cables (network), network (Network). "
        "Write its slug."
    )


@pytest.mark.parametrize(
    ("called", "code"),
    [("DE", "de"), ("German", "de"), ("de-AT", "de-at"), ("pt_BR", "pt-br"), ("zh-cn", "zh-cn")],
)
def test_a_language_is_known_by_its_code_and_by_its_name(network, called, code):
    columns = f"{COLUMNS},lang"
    assert totals(imported(CSV, csv(f"Wlan,network,Yes.,{called}", columns=columns))) == {"new": 1}
    assert Entry.objects.get().lang == code


@pytest.mark.parametrize("row", ["Wlan,network,Yes.,", "Wlan,network,Yes."])
def test_no_language_is_english(network, row):
    assert totals(imported(CSV, csv(row, columns=f"{COLUMNS},lang"))) == {"new": 1}
    assert Entry.objects.get().lang == "en"


def test_an_unknown_language_is_taken_where_an_entry_has_it_already(write, network):
    write("Wlan", lang="haw")
    columns = f"{COLUMNS},lang"
    assert totals(imported(CSV, csv("VPN,network,Yes.,haw", columns=columns))) == {"new": 1}
    refused = imported(CSV, csv("Mail,network,Yes.,xx", columns=columns))
    said = "There is no language “xx”. Write its code, as en, de or es."
    assert wrong(refused) == {1: {"lang": [said]}}


def test_all_wrong_rows_are_said_at_once(network):
    found = wrong(imported(CSV, csv("A,x,yes", "B,network,yes", "C,network,", ",network,D")))
    assert {number: list(fields) for number, fields in found.items()} == {
        1: ["category"],
        3: ["answer"],
        4: ["title"],
    }


def test_a_dry_run_stores_nothing(network):
    before = Revision.current()
    assert totals(imported(CSV, csv("A,network,yes"), dry_run=True)) == {"new": 1}
    assert not Entry.objects.exists()
    assert Revision.current() == before


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("title,answr", "Missing: category, answer. Unknown: answr."),
        (f"{COLUMNS},", "Unknown: (empty)."),
        ("category,answer", "Missing: title."),
    ],
)
def test_wrong_columns_are_named_with_the_right_ones(network, columns, said):
    result = imported(CSV, csv("a,network,b,c"[: columns.count(",") * 9], columns=columns))
    assert said in str(result.base_errors[0].error)
    assert "Known: title, category, lang" in str(result.base_errors[0].error)


def test_columns_may_be_written_as_people_write_them(network):
    assert totals(imported(CSV, csv("A;network;yes", columns="Title; Category ;ANSWER")))["new"]


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (101 * 1024 * 1024))
    return data.getvalue()


def lonely_cell():
    """A few bytes that stand for seventeen billion cells."""
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "title", "far away"
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (CSV, "", "is empty"),
        (CSV, 'a,"b', "no CSV"),
        (CSV, "a,b\n1,2,3", "Line 2 has 3 cells, the first line only 2"),
        (JSON, "{", "no JSON"),
        (JSON, "[" * 100_000, "no JSON"),
        (JSON, '{"title": "a"}', "list of objects"),
        (JSON, "[1]", "list of objects"),
        (XLSX, b"PK rubbish", "no XLSX workbook, or a damaged one"),
        (XLSX, b"", "no XLSX workbook"),
        (XLSX, bomb, "more than 100 MB"),
        (XLSX, lonely_cell, "more than 20000 rows"),
        (JSON, json.dumps([{str(number): ""} for number in range(51)]), "51 different names"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(kind, data, said):
    with pytest.raises(BadFile, match=said):
        kind().create_dataset(data() if callable(data) else data)


def test_json_records_may_leave_out_and_reorder_keys(network):
    records = [
        {"title": "A", "category": "network", "answer": "a", "phrasings": ["one", "two"]},
        {"answer": "b", "title": "B", "category": "network", "lang": "de"},
    ]
    assert totals(imported(JSON, json.dumps(records))) == {"new": 2}
    assert [(e.title, e.answer, e.lang) for e in Entry.objects.order_by("title")] == [
        ("A", "a", "en"),
        ("B", "b", "de"),
    ]
    assert Entry.objects.get(title="A").phrasings.count() == 2


def test_a_key_that_a_record_does_not_have_leaves_that_as_it_is(write, network):
    write("Wlan", "one", "two", lang="de", link="https://a.edu", answer="Old.")
    write("Vpn", "three", link="https://b.edu", answer="Old.")
    records = [
        {"title": "Wlan", "answer": "New."},
        {"title": "Vpn", "phrasings": [], "link": "", "published": "no"},
    ]
    result = imported(JSON, json.dumps(records))
    assert [row.changed for row in result.rows] == [["answer"], ["link", "published", "phrasings"]]
    found = EntryResource().export(Entry.objects.order_by("-title")).dict
    assert [(one["answer"], one["link"], one["lang"]) for one in found] == [
        ("New.", "https://a.edu", "de"),
        ("Old.", "", "en"),
    ]
    assert [one["phrasings"] for one in found] == ["one\ntwo", ""]


def test_a_new_record_needs_what_every_entry_needs(network):
    problems = wrong(imported(JSON, json.dumps([{"title": "A"}, {"answer": "b"}])))
    assert problems[1].keys() == {"category", "answer"}
    assert problems[2].keys() == {"title"}
    assert not Entry.objects.exists()


def rows(count: int) -> str:
    """A file of as many new entries, and of all that are there, changed."""
    lines = [f"New {number},network,New.,new wording {number} | another" for number in range(count)]
    old = Entry.objects.values_list("title", flat=True)
    return csv(
        *lines,
        *(f"{title},network,Changed.,changed {title}" for title in old),
        columns=f"{COLUMNS},phrasings",
    )


def statements_under_lock(count: int) -> int:
    """The statements from the beginning of the transaction that stores a file to its end."""
    Entry.objects.all().delete()
    network, _ = Category.objects.get_or_create(name="Network", slug="network")
    for number in range(count):
        entry = Entry.objects.create(title=f"Old {number}", category=network, answer="Old.")
        Phrasing.objects.create(entry=entry, text="old wording")
    data = rows(count)
    with CaptureQueriesContext(connection) as captured:
        assert totals(imported(CSV, data)) == {"new": count, "update": count}
    said = [query["sql"] for query in captured]
    begun = max(number for number, sql in enumerate(said) if sql.startswith("BEGIN"))
    return len(said) - begun


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_held_for_few_statements_however_many_rows():
    assert statements_under_lock(40) <= statements_under_lock(2) + 4


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Holds the database's write lock meanwhile (SQLite), or that of all entries."""
    begun, over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            list(Entry.objects.select_for_update())
            Revision.objects.select_for_update().first()
            begun.set()
            over.wait(EVENTUALLY)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert begun.wait(EVENTUALLY)
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_looking_at_a_file_waits_for_nobody_who_writes_and_keeps_nobody_from_it(write):
    write("Wlan", "one")
    with somebody_writing():
        assert totals(imported(CSV, rows(3), dry_run=True)) == {"new": 3, "update": 1}
        # Nor does an import before its rows are known to be right.
        assert wrong(imported(CSV, csv("A,nowhere,yes"))).keys() == {1}
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_others_change_while_a_file_is_looked_at_is_looked_at_again(write, monkeypatch):
    entry = write("Wlan", "one", answer="Old.", link="https://a.edu")
    store, changes = storing.store, iter(["https://b.edu"])

    def meanwhile(*arguments):
        for link in changes:
            Entry.objects.filter(pk=entry.pk).update(link=link)
        store(*arguments)

    monkeypatch.setattr(storing, "store", meanwhile)
    assert totals(imported(CSV, csv("Wlan,network,New."))) == {"update": 1}
    entry.refresh_from_db()
    assert (entry.answer, entry.link) == ("New.", "https://b.edu")


@pytest.mark.django_db(transaction=True)
def test_who_changes_the_same_entry_again_and_again_wins(write, monkeypatch):
    entry = write("Wlan", "one", answer="Old.")
    store = storing.store

    def meanwhile(*arguments):
        Entry.objects.filter(pk=entry.pk).update(answer="Theirs.")
        store(*arguments)

    monkeypatch.setattr(storing, "store", meanwhile)
    result = imported(CSV, csv("Wlan,network,New.", "Vpn,network,New."))
    assert "meanwhile" in str(result.base_errors[0].error)
    assert [one.answer for one in Entry.objects.all()] == ["Theirs."]
    assert not Version.objects.filter(revision__comment__startswith="Imported").exists()


@pytest.mark.django_db(transaction=True)
def test_a_title_that_comes_meanwhile_is_no_second_entry(network, write, monkeypatch):
    store = storing.store

    def meanwhile(*arguments):
        if not Entry.objects.exists():
            write("Wlan", answer="Theirs.")
        store(*arguments)

    monkeypatch.setattr(storing, "store", meanwhile)
    assert totals(imported(CSV, csv("Wlan,network,New."))) == {"update": 1}
    assert Entry.objects.get().answer == "New."


def test_each_entry_of_a_file_has_its_step_of_the_history(write, network, dan):
    old = write("Wlan", "one", "two")
    untouched = write("Vpn", "three")
    before = Version.objects.get_for_object(untouched).count()
    imported(CSV, rows(2).replace("Vpn,network,Changed.,changed Vpn\n", ""), user=dan)
    for title, wordings in (("Wlan", 1), ("New 0", 2), ("New 1", 2)):
        step = Version.objects.get_for_object(Entry.objects.get(title=title)).first().revision
        assert (step.comment, step.user) == ("Imported from a file.", dan)
        texts = step.version_set.filter(content_type__model="phrasing")
        assert texts.count() >= wordings
    assert Version.objects.get_for_object(old).last().field_dict["answer"] == "All about: Wlan"
    assert Version.objects.get_for_object(untouched).count() == before
