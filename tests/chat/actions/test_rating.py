"""Thumbs under the bot's answers."""

import pytest

from chat.actions import rating
from chat.errors import NotFound
from chat.log import commit_group
from chat.models import BotTurn, Conversation
from chat.models.bot_turn import Outcome
from tests.chat.entries import as_customer, bot_answers, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(alice) -> int:
    """The seq of the bot's answer to Alice."""
    commit_group([says(alice, "how do i get on wifi")])
    return bot_answers(alice.conversation)


def rate(customer, seq, value):
    entry = rating.rate(as_customer(customer), customer.conversation.pk, seq, value)
    return commit_group([entry])[0]


def test_a_thumb_is_kept_with_the_bots_turn_and_shown_to_everybody(alice, answer, announced):
    with announced(alice.conversation) as changes:
        rate(alice, answer, "up")
    assert BotTurn.objects.get().feedback == "up"
    assert changes[0].ratings == {answer: "up"}


def test_the_last_word_counts(alice, answer, announced):
    rate(alice, answer, "up")
    with announced(alice.conversation):
        rate(alice, answer, "down")
    assert BotTurn.objects.get().feedback == "down"


def test_the_same_again_changes_nothing(alice, answer, announced):
    rate(alice, answer, "up")
    with announced(alice.conversation) as changes:
        rate(alice, answer, "up")
    assert changes == []
    assert Conversation.objects.get().version == 3


@pytest.mark.parametrize("seq", [0, 1, 3, 2**53])
def test_there_is_nothing_else_to_rate(alice, answer, seq):
    assert isinstance(rate(alice, seq, "up"), NotFound)


def test_neither_is_a_reply_that_claims_no_answer(alice):
    commit_group([says(alice, "who won the match")])
    seq = bot_answers(alice.conversation, outcome=Outcome.TEMPLATE)
    assert isinstance(rate(alice, seq, "down"), NotFound)


def test_nobody_rates_in_somebody_elses_conversation(alice, bob, answer):
    assert isinstance(rate(bob, answer, "down"), NotFound)
    assert BotTurn.objects.get().feedback == ""
