"""A visitor's way to their own conversations: by a label, or opened by a link."""

import re
import secrets

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from chat.access.visitors import HOME, OPENED, home_label, known_key
from chat.errors import NotFound
from chat.models import Conversation

LABEL = r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}"
_label = re.compile(LABEL)


def is_label(text: str) -> bool:
    return _label.fullmatch(text) is not None


def own_conversation(visitor_key: str, label: str) -> Conversation:
    """The visitor's conversation of that label; NotFound where this visitor has none."""
    if not visitor_key or not is_label(label):
        raise NotFound()
    found = Conversation.objects.filter(visitor_key=visitor_key, label=label).first()
    if found is None:
        raise NotFound()
    return found


def conversation_here(session: SessionBase, label: str) -> Conversation:
    """What this browser has at a label: opened by a link, or the visitor's own. Or NotFound."""
    opened = session.get(OPENED, {}).get(label)
    found = Conversation.objects.filter(pk=opened).first() if opened else None
    return found or own_conversation(known_key(session), label)


def is_open_here(session: SessionBase, conversation: Conversation) -> bool:
    """Whether this browser has the conversation already."""
    is_own = bool(conversation.visitor_key) and conversation.visitor_key == known_key(session)
    return is_own or conversation.pk in session.get(OPENED, {}).values()


def open_here(session: SessionBase, conversation: Conversation) -> str:
    """Opens a conversation to this browser, whose owner has proved themselves; its label here.

    The label is another where this visitor has one of the same. It is at `/` too, unless
    something was said there.
    """
    if conversation.visitor_key and conversation.visitor_key == known_key(session):
        return conversation.label
    opened = dict(session.get(OPENED, {}))
    label = next((label for label, pk in opened.items() if pk == conversation.pk), "")
    label = label or _free_label(session, conversation.label, opened)
    session[OPENED] = {**opened, label: conversation.pk}
    home = Conversation.objects.filter(visitor_key=known_key(session), label=home_label(session))
    if not home.filter(head_seq__gt=0).exists() and home_label(session) not in opened:
        session[HOME] = label
    return label


def _free_label(session: SessionBase, label: str, opened: dict[str, int]) -> str:
    mine = Conversation.objects.filter(visitor_key=known_key(session), label=label, head_seq__gt=0)
    return f"{label[:55]}-{secrets.token_hex(4)}" if label in opened or mine.exists() else label


def open_own_conversation(visitor_key: str, label: str) -> Conversation:
    """The visitor's conversation of that label, made where there is none."""
    if not is_label(label):
        raise NotFound()
    for public_id in (label, *(f"{label}-{secrets.token_hex(4)}" for _ in range(3))):
        try:
            return own_conversation(visitor_key, label)
        except NotFound:
            pass
        try:
            with transaction.atomic():
                return Conversation.objects.create(
                    visitor_key=visitor_key, label=label, public_id=public_id
                )
        except IntegrityError:
            # The id is another visitor's, or this visitor's other window was first.
            continue
    return own_conversation(visitor_key, label)
