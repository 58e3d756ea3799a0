"""An entry is answered while it is valid; no row changes when that begins or ends."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from faq.models import Entry
from faq.search import search
from faq.search.base import Question
from faq.search.corpus import Corpus, Item
from faq.search.scoring import judge
from tests.faq.search.corpora import words_only

NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("begin", "end", "is_current"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW - HOUR, NOW + HOUR, True),
        (NOW + HOUR, None, False),
        (None, NOW - HOUR, False),
        (None, NOW, False),
    ],
)
def test_the_database_and_the_search_agree_on_what_is_current(write, begin, end, is_current):
    entry = write("Exam week", valid_from=begin, valid_until=end)
    assert list(Entry.objects.current(NOW)) == ([entry] if is_current else [])
    item = Item.of(entry.pk, ["Exam week"], valid_from=begin, valid_until=end)
    corpus = Corpus.build([item], lambda texts: [None] * len(texts))
    assert corpus.valid(NOW.timestamp()).tolist() == [is_current]


def test_a_draft_is_never_current(write):
    write("Exam week", is_published=False)
    assert not Entry.objects.current().exists()


def test_an_entry_ends_by_time_alone(no_model, write, monkeypatch):
    write("Exam week", "library open all night", valid_until=timezone.now() + HOUR)
    write("Connect to Wi-Fi")
    assert search("library open all night").hits[0].title == "Exam week"
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    assert search("library open all night").band == "none"


def test_an_entry_begins_by_time_alone(no_model, write, monkeypatch):
    write("Exam week", "library open all night", valid_from=timezone.now() + HOUR)
    write("Connect to Wi-Fi")
    assert search("library open all night").hits == ()
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    assert search("library open all night").band == "answer"


def test_what_an_engine_proposes_although_it_is_over_is_not_judged():
    over = words_only()
    object.__setattr__(over.items[0], "valid_until", NOW - HOUR)
    question = Question("wifi", None, over)
    assert 0 not in {one.item for one in judge(question, over.starts[:-1], None)}
