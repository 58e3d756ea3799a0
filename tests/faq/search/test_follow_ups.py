"""What leans on the question before it gets what was meant, and nothing else is touched."""

from dataclasses import replace

import pytest

from faq.search import search
from faq.search.base import Band, Hit, Result
from faq.search.elliptic import is_elliptic
from faq.search.follow_ups import in_context

ELLIPTIC = [
    "and on weekends?", "what about saturday", "How about my phone?", "why?", "how much is it",
    "is that free?", "and for guests", "or by phone?", "ok, and then?", "does it cost anything",
    "how long does that take", "where is that",
    "how do i get there", "are there courses for it", "und am wochenende?", "what if it fails",
]  # fmt: skip
COMPLETE = [
    "how do i reset my password", "is the library open on sundays", "wifi", "vpn client",
    "and now my laptop does not find the wireless network", "password", "lost card",
    "where can i print", "", "is there a printer in building 7?", "there's parking, isn't there?",
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


ANSWERS = {
    "Printing": "A page costs $0.05. Staff pay nothing. Send it from your account.",
    "New staff": "Your manager gets your account.",
    "Wi-Fi": "Choose campus-wifi on a laptop.",
    "Consoles": "Register your playstation first.",
    "Username": "Three letters and four digits.",
    "Archive": "Files are kept for a year.",
}
TITLES = list(ANSWERS)


def result(question: str, band: Band, *titles: str) -> Result:
    hits = tuple(
        Hit(TITLES.index(title), title, ANSWERS[title], "", "it", title, 0.9, {})
        for title in titles
    )
    return Result(question, hits, band, 0.5, 0.3, "test", 1.0)


def wordings(entry: int) -> list[str]:
    return {"New staff": ["new staff"], "Consoles": ["my playstation"]}.get(TITLES[entry], [])


def follow(alone: Result, before: Result, together: Result | None = None) -> tuple[str, str]:
    """The band and the first entry of `alone` after `before`."""
    found = in_context(
        alone,
        [before.question],
        lambda text: before if text == before.question else together or before,
        wordings,
    )
    return found.band, found.hits[0].title if found.hits else ""


PRINTING = result("what does a printed page cost", "answer", "Printing")
WIFI = result("how do i connect to wifi", "answer", "Wi-Fi")


@pytest.mark.parametrize("text", COMPLETE)
def test_a_complete_question_is_never_searched_twice(text):
    alone = result(text, "none")
    asked_again = lambda text: pytest.fail(text)  # noqa: E731
    assert in_context(alone, ["what are the opening hours"], asked_again, wordings) is alone


@pytest.mark.parametrize(
    ("text", "band"),
    [("and for staff?", "answer"), ("is it free?", "none"), ("does a page cost much?", "none")],
)
def test_the_entry_before_answers_what_its_answer_names(text, band):
    assert follow(result(text, band, "New staff"), PRINTING) == ("answer", "Printing")


def test_a_thing_with_an_entry_of_its_own_is_answered_from_that():
    alone = result("and my account?", "answer", "New staff")
    assert follow(alone, PRINTING) == ("answer", "New staff")


def test_another_entry_answers_where_only_its_wordings_have_the_words():
    together = result("both", "answer", "Wi-Fi", "Archive", "Consoles")
    alone = result("and my playstation?", "none")
    assert follow(alone, WIFI, together) == ("answer", "Consoles")


def test_another_entry_that_is_hardly_found_is_asked_about():
    """ "and on my phone?" after Wi-Fi: an entry on e-mail has the word, and 0.24."""
    together = result("both", "answer", "Wi-Fi", "Consoles")
    unsure = replace(together.hits[1], confidence=together.suggest_threshold - 0.01)
    together = replace(together, hits=(together.hits[0], unsure))
    alone = result("and my playstation?", "none")
    assert follow(alone, WIFI, together) == ("suggest", "Consoles")


def test_one_that_is_found_both_ways_answers_also_without_the_words():
    alone = result("and for consoles?", "suggest", "Consoles")
    together = result("both", "answer", "Wi-Fi", "Consoles")
    assert follow(alone, WIFI, together) == ("answer", "Consoles")


def test_what_points_back_is_about_the_entry_before():
    alone = result("how long do they last?", "suggest", "Archive")
    assert follow(alone, WIFI) == ("answer", "Wi-Fi")


def test_what_points_back_and_names_strange_things_is_asked_about():
    alone = result("my fridge is humming, can you help me with it?", "none")
    assert follow(alone, WIFI) == ("suggest", "Wi-Fi")


def test_what_no_entry_names_is_not_answered():
    assert follow(result("and at the airport?", "none"), WIFI) == ("suggest", "Wi-Fi")


def test_nothing_is_taken_up_from_a_question_that_found_nothing():
    alone = result("and for staff?", "suggest", "New staff")
    assert follow(alone, result("zyx", "none")) == ("suggest", "New staff")


def test_the_context_counts_only_where_it_is_surer(no_model, write):
    write("Weekends", "on weekends only")
    write("Wi-Fi", "connect to the wifi")
    found = search("and on weekends?", previous=["zyx abc uvw qrs"])
    assert (found.hits[0].title, found.context) == ("Weekends", "")
