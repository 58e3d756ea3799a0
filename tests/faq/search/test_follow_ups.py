"""What leans on the question before it is searched together with it, and nothing else is."""

import pytest

from faq.search import search
from faq.search.base import Result
from faq.search.follow_ups import in_context, is_elliptic

ELLIPTIC = [
    "and on weekends?", "what about saturday", "How about my phone?", "why?", "how much is it",
    "is that free?", "and for guests", "or by phone?", "ok, and then?", "does it cost anything",
    "how long does that take", "where is that", "und am wochenende?", "what if it fails",
]  # fmt: skip
COMPLETE = [
    "how do i reset my password", "is the library open on sundays", "wifi", "vpn client",
    "and now my laptop does not find the wireless network", "password", "lost card",
    "where can i print", "",
]  # fmt: skip


@pytest.mark.parametrize("text", ELLIPTIC)
def test_is_known_by_what_it_lacks(text):
    assert is_elliptic(text)


@pytest.mark.parametrize("text", COMPLETE)
def test_what_names_its_subject_is_complete(text):
    assert not is_elliptic(text)


def test_is_searched_together_with_the_question_before(no_model, write):
    write("Opening hours", "when is the library open", "library open weekends saturday sunday")
    write("Wi-Fi", "connect to the wifi on weekends")
    result = search("and weekends?", previous=["when is the library open?"])
    assert result.hits[0].title == "Opening hours"
    assert (result.question, result.context) == ("and weekends?", "when is the library open?")
    assert result.evidence()["context"] == "when is the library open?"


def test_a_chain_goes_back_to_what_it_is_about(no_model, write):
    write("Opening hours", "when is the library open", "library open weekends saturday sunday")
    previous = ["where is the printer", "when is the library open", "and weekends?"]
    assert search("and sunday?", previous=previous).context == (
        "when is the library open and weekends?"
    )


def result(question: str, band: str) -> Result:
    return Result(question, (), band, 0.5, 0.3, "test", 1.0)


@pytest.mark.parametrize("text", COMPLETE)
def test_a_complete_question_is_never_searched_twice(text):
    alone = result(text, "none")
    asked_again = lambda text: pytest.fail(text)  # noqa: E731
    assert in_context(alone, ["what are the opening hours"], asked_again) is alone


def test_a_sure_answer_needs_no_context():
    alone = result("and on weekends?", "answer")
    assert in_context(alone, ["when is the library open"], lambda text: pytest.fail(text)) is alone


def test_the_context_counts_only_where_it_is_surer(no_model, write):
    write("Weekends", "on weekends only")
    write("Wi-Fi", "connect to the wifi")
    found = search("and on weekends?", previous=["zyx abc uvw qrs"])
    assert (found.hits[0].title, found.context) == ("Weekends", "")
