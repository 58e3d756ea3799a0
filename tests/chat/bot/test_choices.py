"""Words for one of the suggestions."""

import pytest

from chat.bot.choices import typed
from faq.models import Category, Entry
from tests.chat.bot.conftest import hit

TITLES = ["Reset a password", "Change a password", "Unlock an account"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("yes", 1),
        ("Yes, please!", 1),
        ("yes that one", 1),
        ("1", 1),
        ("one", 1),
        ("the first one", 1),
        ("2", 2),
        ("2.", 2),
        ("number 2 please", 2),
        ("I meant the second one", 2),
        ("3rd", 3),
        ("the last one", 3),
        ("change a PASSWORD", 2),
        ("no", 0),
        ("none of these", 0),
        ("None of them!", 0),
    ],
)
def test_what_is_meant(text, place):
    assert typed(text, TITLES) == place


@pytest.mark.parametrize(
    "text",
    [
        "4",
        "yes but how do I change it",
        "no, I want to print",
        "the second floor printer",
        "thanks",
        "what?",
        "",
        "yes and no",
        "1 2",
    ],
)
def test_anything_else_is_a_question(text):
    assert typed(text, TITLES) is None


@pytest.fixture
def entries(db):
    category = Category.objects.create(name="Accounts", slug="accounts")
    return [
        Entry.objects.create(category=category, title=title, answer=f"How to: {title}")
        for title in TITLES
    ]


@pytest.fixture
def suggested(talk, found, entries):
    found("suggest", *[hit(one.title, one.answer, 0.4, one.pk) for one in entries])
    talk.ask("password")
    return talk


def test_a_typed_choice_is_answered_with_that_entry(suggested, entries):
    reply = suggested.ask("the second one")
    assert (reply.outcome, reply.body) == ("answer", entries[1].answer)
    assert [row.next_step for row in suggested.turns] == ["chose", ""]
    assert suggested.turns[1].entry == entries[1]


def test_no_is_none_of_them(suggested):
    assert suggested.ask("no").outcome == "template"
    assert [row.next_step for row in suggested.turns] == ["asked_again", ""]


def test_yes_after_something_else_is_no_choice(talk, found, entries):
    found("answer", hit(entries[0].title, entries[0].answer, 0.9, entries[0].pk))
    talk.ask("password")
    found("none")
    assert talk.ask("2").outcome == "template"


def test_what_was_suggested_long_before_small_talk_is_not_meant(suggested, found):
    suggested.ask("hello")
    found("none")
    assert suggested.ask("2").outcome == "template"
