import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faq.importers import Unreadable, load
from faq.models import Category, Embedding, Entry, Phrasing, Revision
from tests.faq.conftest import DEMO

WIFI = {
    "title": "Connect to Wi-Fi",
    "answer": "Choose campus-wifi.",
    "link": "https://help.example.edu/wifi",
    "phrasings": ["How do I get on wifi?", "how do i get on WIFI?", "connect to wi-fi"],
}


LONG_AGO = "2020-03-01T09:00:00Z"


@pytest.fixture
def file(tmp_path):
    def write(*entries, **category):
        record = {"slug": "network", "name": "Network", "entries": list(entries), **category}
        path = tmp_path / "faq.json"
        path.write_text(json.dumps({"categories": [record]}))
        return path

    return write


def test_loads_categories_entries_and_wordings_once_each(db, no_model, file):
    loaded = load(file(WIFI))
    entry = Entry.objects.get()
    assert (entry.title, entry.link, entry.category.slug) == (
        WIFI["title"],
        WIFI["link"],
        "network",
    )
    assert [phrasing.text for phrasing in entry.phrasings.all()] == ["How do I get on wifi?"]
    assert str(loaded) == "1 entries new, 0 updated, 0 as they were; 1 phrasings added."


def test_an_entry_that_stands_twice_in_a_file_is_one_with_the_wordings_of_both(db, no_model, file):
    loaded = load(file(WIFI, {**WIFI, "phrasings": ["how do I get on wifi?", "wifi please"]}))
    texts = [phrasing.text for phrasing in Entry.objects.get().phrasings.all()]
    assert texts == ["How do I get on wifi?", "wifi please"]
    assert (loaded.created, loaded.phrasings) == ([WIFI["title"]], 2)


def test_more_wordings_take_no_more_statements(db, no_model, file):
    counts = []
    for title, number in (("The first, which makes the category", 1), ("Few", 2), ("Many", 40)):
        path = file({**WIFI, "title": title, "phrasings": [f"{title} {n}" for n in range(number)]})
        with CaptureQueriesContext(connection) as statements:
            load(path)
        counts.append(len(statements))
    assert Phrasing.objects.count() == 43
    assert counts[1] == counts[2]


def test_a_second_time_it_changes_nothing(db, no_model, file):
    load(file(WIFI))
    before = Revision.current()
    assert load(file(WIFI)).unchanged == [WIFI["title"]]
    assert Revision.current() == before


def test_updates_what_the_file_says_and_leaves_what_an_admin_has_added(db, no_model, file):
    load(file(WIFI))
    Phrasing.objects.create(entry=Entry.objects.get(), text="dan's own wording")
    loaded = load(file({**WIFI, "answer": "Ask Carol.", "phrasings": ["new one"]}))
    entry = Entry.objects.get()
    assert entry.answer == "Ask Carol."
    assert {p.text for p in entry.phrasings.all()} == {
        "How do I get on wifi?", "dan's own wording", "new one",
    }  # fmt: skip
    assert loaded.updated == [WIFI["title"]]


def test_an_entry_has_its_language_and_its_time(db, no_model, file):
    when = {"valid_from": "2026-03-01T10:00:00+01:00", "valid_until": None}
    load(file({**WIFI, "lang": "de", **when}))
    entry = Entry.objects.get()
    assert entry.lang == "de"
    assert entry.valid_from == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert load(file({**WIFI, "lang": "de", **when})).unchanged == [WIFI["title"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phrasings": ["?!"]}, "at least one word"),
        ({"answer": ""}, "cannot be blank"),
        ({"link": "javascript:alert(1)"}, "valid URL"),
        ({"answer": "null \x00"}, "control characters"),
        ({"anser": "typo"}, "unknown field"),
        ({"phrasings": "wifi"}, "Expected `array`"),
        ({"lang": "German"}, "code of two or three small letters"),
        ({"valid_from": "tomorrow"}, "valid_from"),
        ({"valid_from": "2026-03-01T10:00:00"}, "timezone"),
        (
            {"valid_from": "2026-03-02T09:00:00Z", "valid_until": "2026-03-01T09:00:00Z"},
            "later than",
        ),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_of_the_file_is_loaded(db, no_model, file, change, said):
    with pytest.raises(Unreadable, match=said):
        load(file({**WIFI, "title": "A good one"}, {**WIFI, **change}))
    assert not Entry.objects.exists()
    assert not Category.objects.exists()


def test_a_missing_or_broken_file_is_said_in_one_line(db, tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        load(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("[" * 100_000)
    with pytest.raises(Unreadable):
        load(tmp_path / "bad.json")


def test_embeds_what_it_loads_so_that_no_question_has_to(db, model, file):
    load(file(WIFI))
    assert Embedding.objects.count() == 2


def test_the_demo_has_its_entries_in_four_categories(db, no_model):
    loaded = load(DEMO)
    assert len(loaded.created) >= 80
    assert Category.objects.count() == 4
    for entry in Entry.objects.prefetch_related("phrasings"):
        assert entry.phrasings.count() >= 3, entry.title
        assert entry.answer
