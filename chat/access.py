"""Who is on this socket or request, and the only way to obtain a conversation."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from chat import agents
from chat.errors import NotAllowed, NotAuthenticated, NotFound
from chat.frames import display_name
from chat.models import ApiToken, Attachment, Conversation
from chat.models.conversation import Kind

LABEL = r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}"
_label = re.compile(LABEL)
VISITOR = "visitor"  # the session's keys
HOME = "home_label"
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Participant:
    """Who is on a socket or request: a value that lives as long as that, not a row."""

    key: str
    name: str = ""
    visitor_key: str = ""
    user_id: int | None = None
    is_agent: bool = False
    session_key: str = ""
    auth_hash: str = ""
    address: str = ""


def visitor_key(session: SessionBase) -> str:
    """The session's visitor, made on first need. The session is then to be saved."""
    if VISITOR not in session:
        session[VISITOR] = secrets.token_hex(16)
    return str(session[VISITOR])


def visitor_token(session: SessionBase) -> str:
    """What tells one visitor of a browser from the next, and opens nothing."""
    return hashlib.sha256(visitor_key(session).encode()).hexdigest()[:12]


def renew(session: SessionBase) -> None:
    """Lets the session of whoever comes back last on, written once a day at most."""
    today = timezone.now().date().isoformat()
    if session.get(SEEN) != today:
        session[SEEN] = today


def home_label(session: SessionBase) -> str:
    """The label of the visitor's conversation at `/`."""
    if HOME not in session:
        session[HOME] = f"visitor-{get_random_string(6).lower()}"
    return str(session[HOME])


def visitor(session: SessionBase, address: str = "") -> Participant:
    key = visitor_key(session)
    return Participant(
        f"visitor:{key}", visitor_key=key, session_key=session.session_key or "", address=address
    )


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


def is_agent(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.pk is not None and agents.everybody().filter(pk=user.pk).exists()


def announcer(request: HttpRequest) -> Participant:
    """Who may announce: the bearer of a token with that right, or an agent who has it.

    Raises NotAuthenticated where there is nobody, NotAllowed for anybody else.
    """
    if "Authorization" in request.headers:
        return _token_bearer(request.headers["Authorization"])
    if not request.user.is_authenticated:
        raise NotAuthenticated()
    participant = agent(request.session, request.user)
    if not may_announce(request.user):
        raise NotAllowed("You do not have the right to announce. An admin can give it to you.")
    return participant


def may_announce(user: Any) -> bool:
    return bool(user.has_perm("chat.announce"))


def _token_bearer(header: str) -> Participant:
    kind, _, key = header.partition(" ")
    token = ApiToken.of(key.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise NotAuthenticated("This token is not known, or not active any more.")
    if not token.may_announce:
        raise NotAllowed("This token does not have the right to announce.")
    return Participant(f"token:{token.pk}", name=token.name)


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


def picture(session: SessionBase, user: Any, key: str) -> Attachment:
    """The picture, for those who see its conversation; NotFound for everybody else.

    Until a message has it, it is nobody's but the uploader's; in a note it is the agents'.
    """
    found = Attachment.objects.filter(key=key).select_related("conversation").first()
    if found is None:
        raise NotFound("There is no picture at this address.")
    mine = str(session.get(VISITOR, ""))
    if found.message_seq is None:
        keys = {f"visitor:{mine}", f"user:{user.pk}" if is_agent(user) else ""}
        is_allowed = found.uploader_key in keys
    else:
        is_own = bool(mine) and found.conversation.visitor_key == mine
        is_allowed = (is_own and not found.agents_only) or is_agent(user)
    if not is_allowed:
        raise NotFound("There is no picture at this address.")
    return found


def may_read_all(participant: Participant) -> bool:
    user = get_user_model().objects.filter(pk=participant.user_id or 0).first()
    return user is not None and user.has_perm("chat.view_conversation")


def revoked(participants: list[Participant]) -> set[Participant]:
    """Those who may no longer be here: logged out, deactivated, new password, out of the group."""
    people = [p for p in participants if p.user_id is not None]
    sessions = set(
        Session.objects.filter(
            session_key__in={p.session_key for p in people}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    users = {u.pk: u for u in agents.everybody().filter(pk__in={p.user_id for p in people})}
    return {
        p
        for p in people
        if p.session_key not in sessions
        or p.user_id not in users
        or not constant_time_compare(p.auth_hash, users[p.user_id].get_session_auth_hash())
    }
