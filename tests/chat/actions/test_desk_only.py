"""What agents leave in conversations: in the desk's own only."""

import pytest

from chat.access import Participant, member_key
from chat.actions import members, messages
from chat.errors import NotAllowed
from chat.log import commit_group
from chat.models import Conversation, Member, Message
from tests.chat.entries import as_agent, says

pytestmark = pytest.mark.django_db
ALICE, BOB, EVE = "alice@example.org", "bob@example.org", "eve@example.org"


def as_member(email: str) -> Participant:
    return Participant(member_key(email), email=email)


def sends(text: str, others: list[str], config_id: str = "") -> None:
    members.send(as_member(ALICE), members.Draft(config_id, others, "", None, [(text, "")]))


def test_a_note_in_what_members_say_to_each_other_is_refused(carol):
    sends("hello", [BOB])
    row = Conversation.objects.get()
    (outcome,) = commit_group([messages.note(as_agent(carol), row.pk, "watch this")])
    assert isinstance(outcome, NotAllowed)
    row.refresh_from_db()
    assert (row.head_seq, Message.objects.count()) == (1, 1)


def test_a_note_in_the_desk_s_conversation_is_there(alice, carol):
    note = messages.note(as_agent(carol), alice.conversation.pk, "a regular")
    commit_group([says(alice, "hello"), note])
    assert Message.objects.get(seq=2).visibility == "agents"


def test_who_comes_later_has_what_members_said_unread_and_nothing_else(carol):
    sends("one", [BOB])
    row = Conversation.objects.get()
    note = messages.note(as_agent(carol), row.pk, "from before notes were refused here")
    note.guard = None
    commit_group([note])
    sends("two", [EVE], row.public_id)
    unread = dict(Member.objects.values_list("email", "unread"))
    assert unread == {ALICE: 0, BOB: 2, EVE: 2}
