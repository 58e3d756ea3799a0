"""Visitors: whoever a browser's session belongs to, with an account or without."""

import hashlib
import secrets
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import get_random_string

from chat.access.agents import is_agent
from chat.access.participant import Participant
from chat.customers import account_key
from chat.frames import display_name
from chat.models import Conversation

VISITOR = "visitor"  # the session's keys
HOME = "home_label"
SEEN = "seen"
OPENED = "opened"  # {label: id of a conversation that a link opened here}


def account(session: SessionBase) -> Any:
    """The customer who is logged in here; None for visitors and for agents, who are visitors too.

    A login that a new password has ended is over in the session as well.
    """
    if SESSION_KEY not in session:
        return None
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if user.is_authenticated and not is_agent(user) else None


def known_key(session: SessionBase) -> str:
    """The visitor's key: the account's in every browser, else the session's; "" for none yet."""
    user = account(session)
    return account_key(user) if user is not None else str(session.get(VISITOR, ""))


def visitor_key(session: SessionBase) -> str:
    """The visitor's key, made on first need. The session is then to be saved."""
    if not known_key(session):
        session[VISITOR] = secrets.token_hex(16)
    return known_key(session)


def visitor_token(session: SessionBase) -> str:
    """What tells one visitor of a browser from the next, and opens nothing."""
    return hashlib.sha256(visitor_key(session).encode()).hexdigest()[:12]


def renew(session: SessionBase) -> None:
    """Lets the session of whoever comes back last on, written once a day at most."""
    today = timezone.now().date().isoformat()
    if session.get(SEEN) != today:
        session[SEEN] = today


def home_label(session: SessionBase) -> str:
    """The label of the visitor's conversation at `/`: the account's own where there is one."""
    user = account(session)
    if HOME not in session and user is not None:
        return account_key(user)
    if HOME not in session:
        session[HOME] = f"visitor-{get_random_string(6).lower()}"
    return str(session[HOME])


def visitor(session: SessionBase, address: str = "") -> Participant:
    """Whoever the session belongs to as a customer; their key is made on first need."""
    user, key = account(session), visitor_key(session)
    return Participant(
        f"visitor:{key}",
        name=display_name(user) if user else "",
        visitor_key=key,
        user_id=user.pk if user else None,
        session_key=session.session_key or "",
        auth_hash=user.get_session_auth_hash() if user else "",
        address=address,
    )


def forget_visitor(session: SessionBase, *, keeps_opened: bool) -> tuple[str, str]:
    """The browser is somebody else's from now on; the visitor's key and home, "" for none.

    What a link opened here stays open only to whom it was opened: `keeps_opened`.
    """
    if not keeps_opened:
        session.pop(OPENED, None)
    return str(session.pop(VISITOR, "")), str(session.pop(HOME, ""))


def has_written(session: SessionBase) -> bool:
    """Whether something was said in this browser without an account, or was opened by a link."""
    if session.get(OPENED):
        return True
    key = session.get(VISITOR, "")
    return bool(key) and Conversation.objects.filter(visitor_key=key, head_seq__gt=0).exists()
