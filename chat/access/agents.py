"""Agents, and their way to any conversation."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase

from chat import agents
from chat.access.participant import Participant
from chat.errors import NotAllowed, NotFound
from chat.frames import display_name
from chat.models import Conversation
from chat.models.conversation import Kind


def is_agent(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.pk is not None and agents.everybody().filter(pk=user.pk).exists()


def agent(session: SessionBase, user: Any, address: str = "") -> Participant:
    """The agent behind a session. Raises NotAllowed for anybody else."""
    if not is_agent(user):
        raise NotAllowed("Agents only.")
    return Participant(
        f"user:{user.pk}",
        name=display_name(user),
        user_id=user.pk,
        is_agent=True,
        session_key=session.session_key or "",
        auth_hash=user.get_session_auth_hash(),
        address=address,
    )


def may_read_all(participant: Participant) -> bool:
    user = get_user_model().objects.filter(pk=participant.user_id or 0).first()
    return user is not None and user.has_perm("chat.view_conversation")


def any_conversation(participant: Participant, public_id: str) -> Conversation:
    """An agent's way to a conversation. Raises NotAllowed or NotFound.

    What devices or members say to each other is for those who may read all conversations in the
    admin too.
    """
    if not participant.is_agent:
        raise NotAllowed()
    # A database cannot even be asked for NUL or half a surrogate pair.
    is_askable = public_id.isprintable()
    rows = Conversation.objects.exclude(kind=Kind.FEED)
    found = rows.filter(public_id=public_id).first() if is_askable else None
    if found is None or not (found.kind == Kind.SUPPORT or may_read_all(participant)):
        raise NotFound()
    return found
