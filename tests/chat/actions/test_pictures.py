"""Pictures and the log: whose they are, that each is used once, and a retry."""

import pytest

from chat.actions import handoff, messages
from chat.errors import Refused
from chat.log import commit_group
from chat.models import Attachment
from tests.chat.entries import as_agent, as_customer
from tests.chat.images.rows import uploaded

pytestmark = pytest.mark.django_db


def shows(customer, *keys, text="", client_id="", pk=None):
    """An entry with these pictures, by that customer."""
    pk = pk or customer.conversation.pk
    return messages.customer_message(as_customer(customer), pk, text, client_id, pictures=keys)


def refusal(entry):
    (outcome,) = commit_group([entry])
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def test_a_message_may_be_a_picture_only(alice, announced):
    row = uploaded(alice.conversation, alice.author_key)
    with announced(alice.conversation):
        (receipt,) = commit_group([shows(alice, row.key)])
    assert receipt.posted.content == ""
    (shown,) = receipt.posted.data["attachments"]
    assert shown["id"] == row.key
    assert (shown["url"], shown["thumbnail"]) == (row.url, f"{row.url}small/")
    assert (shown["width"], shown["height"]) == (row.width, row.height)
    row.refresh_from_db()
    assert row.message_seq == receipt.posted.seq
    assert not row.agents_only
    assert alice.conversation.bot_is_due


def test_without_a_picture_it_must_say_something(alice):
    with pytest.raises(Refused):
        shows(alice)


def test_pictures_keep_their_order_and_go_with_a_choice(alice):
    keys = [uploaded(alice.conversation, alice.author_key).key for _ in range(3)][::-1]
    entry = messages.customer_message(
        as_customer(alice), alice.conversation.pk, "these", choice=0, pictures=keys
    )
    (receipt,) = commit_group([entry])
    assert [one["id"] for one in receipt.posted.data["attachments"]] == keys
    assert receipt.posted.data["choice"] == 0


def test_a_retry_is_the_same_message_and_a_picture_is_used_once(alice):
    key = uploaded(alice.conversation, alice.author_key).key
    first, again = (shows(alice, key, client_id="a-1") for _ in range(2))
    (one,), (other,) = commit_group([first]), commit_group([again])
    assert other.was_there
    assert other.posted.seq == one.posted.seq
    assert refusal(shows(alice, key, client_id="a-2")) == "no_such_image"
    assert Attachment.objects.get(key=key).message_seq == one.posted.seq
    assert alice.conversation.head_seq == 1


def test_a_retry_in_a_large_group_is_found_too(alice):
    """Which is written without looking first, so that the guard speaks before the retry is seen."""
    pk, key = alice.conversation.pk, uploaded(alice.conversation, alice.author_key).key
    commit_group([shows(alice, key, client_id="a-1")])
    others = [messages.customer_message(as_customer(alice), pk, f"word {n}") for n in range(20)]
    outcome = commit_group([*others, shows(alice, key, client_id="a-1")])[-1]
    assert outcome.was_there


def test_two_messages_of_one_group_do_not_share_a_picture(alice):
    key = uploaded(alice.conversation, alice.author_key).key
    first, second = commit_group([shows(alice, key), shows(alice, key)])
    assert first.posted is not None
    assert isinstance(second, Refused)


def test_nobody_uses_somebody_else_s_picture_nor_one_of_another_conversation(alice, bob, carol):
    theirs = uploaded(bob.conversation, bob.author_key).key
    assert refusal(shows(alice, theirs)) == "no_such_image"
    agents = uploaded(alice.conversation, f"user:{carol.pk}").key
    assert refusal(shows(alice, agents)) == "no_such_image"
    elsewhere = uploaded(bob.conversation, alice.author_key).key
    assert refusal(shows(alice, elsewhere)) == "no_such_image"
    assert refusal(shows(alice, "f" * 32)) == "no_such_image"
    assert alice.conversation.head_seq == 0


def test_an_agent_replies_with_a_picture_only_in_what_she_has(alice, carol):
    pk, agent = alice.conversation.pk, as_agent(carol)
    key = uploaded(alice.conversation, agent.key).key
    assert refusal(messages.agent_message(agent, pk, "", "c-1", [key])) == "not_yours"
    commit_group([handoff.take_over(agent, pk)])
    (receipt,) = commit_group([messages.agent_message(agent, pk, "", "c-1", [key])])
    assert receipt.posted.data["attachments"][0]["id"] == key


def test_a_picture_in_a_note_is_the_agents(alice, carol):
    agent = as_agent(carol)
    row = uploaded(alice.conversation, agent.key)
    (receipt,) = commit_group([messages.note(agent, alice.conversation.pk, "", "", [row.key])])
    assert receipt.posted.is_note
    row.refresh_from_db()
    assert row.agents_only
