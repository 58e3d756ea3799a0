"""The gaps of a period, as the page shows them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.gaps import closing, groups
from chat.gaps.questions import distinct, open_turns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("models")]


def texts(found) -> list[set[str]]:
    return [{question.text for question in group.questions} for group in found]


BIKES = {"where is my bike", "my bike was stolen", "bike gone from the rack"}


def test_by_meaning_the_largest_first_with_counts(asked):
    asked("what is for lunch today")
    for text in sorted(BIKES):
        asked(text)
    asked("where is my bike", band="answer", feedback="down")
    found = groups.find(30)
    assert texts(found) == [BIKES, {"what is for lunch today"}]
    assert (found[0].size, found[0].whys) == (4, {"thumbs down": 1, "no answer": 3})
    assert found[0].title in BIKES


def test_a_group_is_found_again_by_any_of_its_turns(asked):
    rows = [asked(text) for text in sorted(BIKES)]
    assert groups.containing(rows[1].pk, 30).size == 3
    assert groups.containing(10**6, 30) is None


def test_the_period_counts(asked):
    asked("where is my bike", started_at=timezone.now() - timedelta(days=8))
    assert groups.find(7) == []
    assert len(groups.find(30)) == 1
    assert len(groups.find(0)) == 1


def test_what_was_dismissed_stays_away_with_all_that_means_the_same(asked, dan):
    asked("what is for lunch today")
    closing.dismiss(distinct(open_turns(None)), dan)
    asked("what's for lunch today?")
    asked("where is my bike")
    assert texts(groups.find(30)) == [{"where is my bike"}]


def test_what_an_entry_was_to_answer_comes_back_when_it_does_not(asked, dan, wifi):
    asked("where is my bike")
    closing.add_to_entry(wifi, distinct(open_turns(None)), dan)
    assert groups.find(30) == []
    asked("my bike is not where it was")
    assert len(groups.find(30)) == 1


def test_without_the_model_the_same_words_are_a_group(asked, settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = tmp_path
    for text in ("where is my bike", "where is my bike?", "my bike is gone"):
        asked(text)
    assert [group.size for group in groups.find(30)] == [2, 1]


def test_no_question_no_gap(db):
    assert groups.find(30) == []
