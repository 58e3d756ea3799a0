"""The second answer that did not help brings a person."""

import pytest

from chat.actions import handoff, rating
from chat.log import Receipt, commit_group
from chat.models import BotTurn, Message
from tests.chat.entries import as_agent, as_customer, bot_answers, says

pytestmark = pytest.mark.django_db


def answered(customer, number: int) -> int:
    """The seq of the bot's answer to one more question."""
    (receipt,) = commit_group([says(customer, f"question {number}")])
    return bot_answers(customer.conversation, receipt.posted.seq)


def thumb_down(customer, seq: int) -> Receipt:
    who, pk = as_customer(customer), customer.conversation.pk
    commit_group([rating.rate(who, pk, seq, "down")])
    (receipt,) = commit_group([handoff.after_thumbs_down(who, pk, seq)])
    assert isinstance(receipt, Receipt), receipt
    return receipt


def test_the_second_that_did_not_help_joins_the_queue(alice, announced):
    first, second = answered(alice, 1), answered(alice, 2)
    assert thumb_down(alice, first).posted is None
    assert alice.conversation.status == "bot"
    with announced(alice.conversation) as changes:
        thumb_down(alice, second)
    assert alice.conversation.is_waiting
    assert changes[-1].standing.status == "open"
    said = Message.objects.get(conversation=alice.conversation, author_kind="system")
    assert said.body.startswith(handoff.UNHELPFUL)
    assert said.data == {"event": "waiting"}


def test_the_same_one_twice_is_one(alice):
    first, _ = answered(alice, 1), answered(alice, 2)
    thumb_down(alice, first)
    thumb_down(alice, first)
    assert alice.conversation.status == "bot"


def test_a_thumb_that_turned_up_counts_no_more(alice):
    first, second = answered(alice, 1), answered(alice, 2)
    thumb_down(alice, first)
    commit_group([rating.rate(as_customer(alice), alice.conversation.pk, first, "up")])
    thumb_down(alice, second)
    assert alice.conversation.status == "bot"


def test_what_was_before_a_person_had_it_counts_no_more(alice, carol):
    pk, seqs = alice.conversation.pk, [answered(alice, number) for number in range(3)]
    for seq in seqs[:2]:
        thumb_down(alice, seq)
    commit_group([handoff.take_over(as_agent(carol), pk)])
    commit_group([handoff.hand_back(as_agent(carol), pk)])
    thumb_down(alice, seqs[2])
    thumb_down(alice, answered(alice, 4))
    assert alice.conversation.status == "bot"
    thumb_down(alice, answered(alice, 5))
    assert alice.conversation.is_waiting
    assert BotTurn.objects.filter(feedback="down").count() == 5


def test_an_agent_who_has_it_keeps_it(alice, carol):
    first, second = answered(alice, 1), answered(alice, 2)
    thumb_down(alice, first)
    commit_group([handoff.take_over(as_agent(carol), alice.conversation.pk)])
    thumb_down(alice, second)
    assert alice.conversation.assignee == carol
