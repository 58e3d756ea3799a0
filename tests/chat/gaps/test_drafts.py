"""Agents' own replies as drafts of an answer."""

import pytest

from chat.actions import handoff, messages
from chat.gaps.drafts import drafts
from chat.gaps.questions import open_turns
from chat.log import commit_group, write
from tests.chat.entries import as_agent, bot_answers, says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("models")]
REPLY = "Your bike is in the cellar of the library, the key is at its desk."
QUESTION = "where is my bike"


@pytest.fixture
def missed(alice, carol):
    """Alice asked, the bot had no answer, Carol has the conversation now."""
    commit_group([says(alice, QUESTION)])
    bot_answers(
        alice.conversation, 1, outcome="template", band="none", question=QUESTION,
        evidence={"search": {"question": QUESTION}},
    )  # fmt: skip
    write(handoff.take_over(as_agent(carol), alice.conversation.pk))
    return alice.conversation


def reply(user, conversation, *texts, kind=messages.agent_message):
    for text in texts:
        write(kind(as_agent(user), conversation.pk, text))


def test_what_agents_replied_nearest_first(missed, carol):
    reply(carol, missed, "Hello Alice, this is Carol, good morning to you!", REPLY, "One moment")
    found = drafts(QUESTION, open_turns(None))
    assert found[0].text == REPLY
    assert found[0].agent == "Carol"
    assert "One moment" not in [draft.text for draft in found]


def test_a_note_is_no_reply(missed, carol):
    reply(carol, missed, "Alice loses her bike every week.", kind=messages.note)
    assert drafts(QUESTION, open_turns(None)) == []


def test_what_was_said_of_the_next_question_is_not_of_this_one(missed, alice, carol):
    write(handoff.hand_back(as_agent(carol), missed.pk))
    commit_group([says(alice, "what is for lunch")])
    seq = alice.conversation.head_seq
    bot_answers(missed, seq, band="answer", question="what is for lunch")
    write(handoff.take_over(as_agent(carol), missed.pk))
    reply(carol, missed, "Lunch is pasta with tomatoes today.")
    assert drafts(QUESTION, open_turns(None)) == []


def test_the_same_reply_is_one_draft(missed, carol):
    reply(carol, missed, REPLY, REPLY)
    assert len(drafts(QUESTION, open_turns(None))) == 1
