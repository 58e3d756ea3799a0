"""Posting: what each author may write, and what it does to the conversation."""

import pytest

from chat.actions import handoff, messages
from chat.errors import Conflict, Refused
from chat.log import commit_group
from chat.models import Message
from tests.chat.entries import as_agent, as_customer, rows, says

pytestmark = pytest.mark.django_db


def post(entry):
    """The message's row; raises why it was refused."""
    (outcome,) = commit_group([entry])
    if isinstance(outcome, Exception):
        raise outcome
    return Message.objects.get(conversation=entry.conversation_id, seq=outcome.posted.seq)


def test_a_customer_writes(alice, announced):
    with announced(alice.conversation) as changes:
        message = post(says(alice, "  the wifi is slow \n"))
    assert (message.author_kind, message.author_key) == ("customer", "visitor:alices-browser")
    assert (message.body, message.author_name, message.visibility) == (
        "the wifi is slow",
        "",
        "all",
    )
    conversation = alice.conversation
    assert (conversation.last_customer_seq, conversation.customer_messages) == (1, 1)
    assert conversation.bot_is_due
    assert changes[0].bot_is_due
    assert changes[0].standing is None


def test_a_choice_among_suggestions_goes_with_the_message(alice):
    participant, pk = as_customer(alice), alice.conversation.pk
    assert post(messages.customer_message(participant, pk, "Wi-Fi", choice=4)).data == {"choice": 4}
    assert post(messages.customer_message(participant, pk, "no", choice=0)).data == {"choice": 0}


def test_a_customer_opens_a_resolved_conversation_again_with_the_bot(alice, carol, announced):
    pk = alice.conversation.pk
    commit_group([says(alice, "hello"), handoff.resolve(as_agent(carol), pk)])
    with announced(alice.conversation) as changes:
        post(says(alice, "one more thing"))
    assert alice.conversation.status == "bot"
    assert alice.conversation.bot_is_due
    assert changes[0].standing.status == "bot"


def test_who_writes_to_a_person_waits_for_the_answer(alice, carol):
    agent, pk = as_agent(carol), alice.conversation.pk
    commit_group([handoff.take_over(agent, pk)])
    assert alice.conversation.waiting_since is None
    post(says(alice, "are you there?"))
    since = alice.conversation.waiting_since
    assert since is not None
    post(says(alice, "hello?"))
    assert alice.conversation.waiting_since == since
    post(messages.agent_message(agent, pk, "Yes."))
    assert alice.conversation.waiting_since is None


def test_an_agent_replies_in_what_is_hers(alice, carol, announced):
    agent, pk = as_agent(carol), alice.conversation.pk
    commit_group([handoff.take_over(agent, pk)])
    with announced(alice.conversation) as changes:
        message = post(messages.agent_message(agent, pk, "Hello, this is Carol."))
    assert (message.author_kind, message.author_name, message.author) == ("agent", "Carol", carol)
    assert not changes[0].bot_is_due


@pytest.mark.parametrize("whose", ["bot", "waiting", "colleague", "resolved"])
def test_an_agent_replies_in_nothing_else(whose, alice, carol, frank):
    pk = alice.conversation.pk
    before = {
        "bot": [],
        "waiting": [handoff.ask_for_person(as_customer(alice), pk)],
        "colleague": [handoff.take_over(as_agent(frank), pk)],
        "resolved": [handoff.take_over(as_agent(carol), pk), handoff.resolve(as_agent(carol), pk)],
    }
    commit_group(before[whose])
    there = rows(alice.conversation)
    with pytest.raises(Conflict) as caught:
        post(messages.agent_message(as_agent(carol), pk, "Hello"))
    assert caught.value.code == "not_yours"
    assert rows(alice.conversation) == there


def test_a_note_is_for_agents_whoever_has_the_conversation(alice, carol, frank, announced):
    pk = alice.conversation.pk
    commit_group([handoff.take_over(as_agent(frank), pk)])
    with announced(alice.conversation) as changes:
        message = post(messages.note(as_agent(carol), pk, "He called yesterday."))
    assert message.visibility == "agents"
    assert changes[0].messages[0].is_note
    assert changes[0].standing is None


def test_what_the_bot_says_is_cut_to_what_a_message_holds(alice):
    entry = messages.bot_message(
        alice.conversation.pk,
        "x" * 5000,
        "bot:1",
        guard=lambda row, entry: None,
        effect=lambda row, seq: None,
    )
    assert len(post(entry).body) == messages.LONGEST


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\u200b \u200b\n\u2060", "empty"),
        ("x" * 4001, "too_long"),
        ("a\x00b", "bad_frame"),
    ],
)
def test_what_is_no_message_is_refused_before_the_log(text, code, alice):
    with pytest.raises(Refused) as caught:
        says(alice, text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["x" * 4000, "🎓" * 4000, "a", "0"])
def test_what_is_a_message_is_taken_whole(text, alice):
    assert post(says(alice, text)).body == text


def test_from_a_command_a_message_is_posted_and_waited_for(alice):
    receipt = messages.post_message_and_wait(says(alice, "hello"))
    assert rows(alice.conversation) == [(receipt.posted.seq, "customer", "hello")]
