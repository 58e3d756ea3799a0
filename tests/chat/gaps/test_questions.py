"""Which turns are a gap, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.gaps.questions import distinct, open_turns
from chat.models import Gap

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        ({"band": "none"}, "no answer"),
        ({"band": "none", "outcome": "generated"}, "no answer"),
        ({"band": "none", "outcome": "handoff"}, "no answer"),
        ({"band": "suggest"}, "unsure"),
        ({"band": "suggest", "next_step": "asked_again"}, "unsure"),
        ({"band": "answer", "next_step": "asked_again"}, "asked on"),
        ({"band": "answer", "next_step": "person"}, "asked on"),
        ({"band": "answer", "feedback": "down"}, "thumbs down"),
        ({"band": "none", "outcome": "generated", "feedback": "down"}, "thumbs down"),
    ],
)
def test_what_is_a_gap(asked, turn, why):
    asked("where is my bike", **turn)
    (found,) = open_turns(None)
    assert (found.text, found.why) == ("where is my bike", why)


@pytest.mark.parametrize(
    "turn",
    [
        {"band": "answer"},
        {"band": "answer", "next_step": "went_on"},
        {"band": "answer", "next_step": "asked_again", "feedback": "up"},
        {"band": "none", "outcome": "generated", "feedback": "up"},
        {"band": "suggest", "next_step": "chose"},
        {"band": "", "outcome": "small_talk"},
        {"band": "", "outcome": "handoff"},
        {"band": "", "outcome": "template"},  # "none of these": the question is the one before
        {"band": "none", "outcome": "dropped"},
    ],
)
def test_what_is_none(asked, turn):
    asked("where is my bike", **turn)
    assert open_turns(None) == []


def test_what_somebody_has_closed_is_open_no_more(asked):
    asked("where is my bike", gap=Gap.objects.create(title="Bikes"))
    assert open_turns(None) == []


def test_only_what_was_asked_in_the_period_newest_first(asked):
    now = timezone.now()
    for days in (40, 20, 1):
        asked(f"{days} days ago", started_at=now - timedelta(days=days))
    assert [turn.text for turn in open_turns(now - timedelta(days=30))] == [
        "1 days ago",
        "20 days ago",
    ]


def test_the_question_is_what_was_searched_without_its_greeting(asked):
    search = {"search": {"question": "where  is\nmy bike"}}
    asked("Hello!\nwhere is my bike", evidence=search)
    assert open_turns(None)[0].text == "where is my bike"


def test_the_same_words_are_one_question(asked, bob):
    asked("Where is my bike?")
    asked("where is  my bike", band="suggest", conversation=bob.conversation)
    asked("???")
    (question,) = distinct(open_turns(None))
    assert question.text == "where is my bike"
    assert question.whys == {"unsure": 1, "no answer": 1}
    assert question.newest.conversation_id == bob.conversation.pk
