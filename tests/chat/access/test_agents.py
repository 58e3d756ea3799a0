"""Agents get any conversation, and nobody else does."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore

from chat import access
from chat.errors import NotAllowed, NotFound
from tests.chat.access.sessions import session_of
from tests.chat.entries import as_agent, as_customer

pytestmark = pytest.mark.django_db


def test_an_agent_is_in_the_group_or_a_superuser(carol, dan):
    eve = User.objects.create_user("eve", is_staff=True)
    assert access.is_agent(carol)
    assert access.is_agent(dan)
    assert not access.is_agent(eve)
    assert not access.is_agent(AnonymousUser())
    carol.is_active = False
    carol.save()
    assert not access.is_agent(carol)


def test_the_agent_behind_a_session(carol):
    participant = access.agent(session_of(carol), carol, "127.0.0.1")
    assert (participant.key, participant.name) == (f"user:{carol.pk}", "Carol")
    assert participant.is_agent


def test_nobody_else_is_an_agent(db):
    with pytest.raises(NotAllowed):
        access.agent(SessionStore(), AnonymousUser())
    with pytest.raises(NotAllowed):
        access.agent(SessionStore(), User.objects.create_user("eve"))


def test_an_agent_gets_any_conversation_by_its_id(alice, bob, carol):
    conversation = alice.conversation
    assert access.any_conversation(as_agent(carol), "alice") == conversation


@pytest.mark.parametrize("public_id", ["nobody", "", "a\x00b", "\ud800", "x" * 1000])
def test_an_unknown_id_is_not_found(public_id, carol):
    with pytest.raises(NotFound):
        access.any_conversation(as_agent(carol), public_id)


def test_a_customer_gets_no_conversation_by_its_id(alice):
    assert alice.conversation
    with pytest.raises(NotAllowed):
        access.any_conversation(as_customer(alice), "alice")
