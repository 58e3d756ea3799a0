import pytest

from faq.search.bands import band
from faq.search.base import Question
from faq.search.learning import Thresholds
from faq.search.scoring import Scored
from tests.faq.search.corpora import words_only


def scored(*confidences: float) -> list[Scored]:
    return [Scored(i, value, 0.0, 0.0, None) for i, value in enumerate(confidences)]


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(0.9, "answer"), (0.5, "answer"), (0.49, "suggest"), (0.3, "suggest"), (0.29, "none")],
)
def test_the_threshold_itself_is_enough(confidence, expected):
    question = Question("how do i do it", None, words_only())
    assert band(question, scored(confidence), Thresholds(0.5, 0.3)) == expected


def test_nothing_found_is_none():
    assert band(Question("", None, words_only()), [], Thresholds()) == "none"


def test_one_word_that_names_several_entries_is_asked_back():
    question = Question("password", None, words_only())
    assert band(question, scored(0.8, 0.4), Thresholds(0.5, 0.3)) == "suggest"
    assert band(question, scored(0.8, 0.1), Thresholds(0.5, 0.3)) == "answer"


def test_one_word_far_surer_of_one_entry_than_of_another_names_that_one():
    question = Question("hello", None, words_only())
    assert band(question, scored(0.8, 0.39), Thresholds(0.5, 0.3)) == "answer"
    assert band(question, scored(0.8, 0.41), Thresholds(0.5, 0.3)) == "suggest"


def test_one_word_that_is_a_wording_is_answered():
    against = words_only({"Connect to Wi-Fi": ["wifi"], "Guest Wi-Fi": ["guest wifi"]})
    question = Question("Wifi?", None, against)
    assert band(question, scored(0.8, 0.4), Thresholds(0.5, 0.3)) == "answer"
