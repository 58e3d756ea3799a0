"""Who is on this socket or request, and the only way to obtain a conversation."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY, get_user, get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from chat import agents, member_tokens
from chat.customers import account_key
from chat.errors import NotAllowed, NotAuthenticated, NotFound
from chat.frames import display_name
from chat.models import ApiToken, Attachment, Conversation
from chat.models.conversation import Kind

LABEL = r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}"
_label = re.compile(LABEL)
LONGEST_ADDRESS = 254
LONGEST_KEY = 80
VISITOR = "visitor"  # the session's keys
HOME = "home_label"
SEEN = "seen"
OPENED = "opened"  # {label: id of a conversation that a link opened here}


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
    email: str = ""
    issued_at: float = 0.0  # of the token that let a member in, seconds since 1970

    @property
    def log_id(self) -> str:
        """What stands for them in logs: no address, and nothing that opens something."""
        kind, _, name = self.key.partition(":")
        if name.isdecimal():
            return self.key
        return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:8]}"


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


def is_address(text: str) -> bool:
    """Whether a text may be a member's e-mail address, as they are compared: in small letters."""
    name, at, host = text.rpartition("@")
    is_plain = text.isprintable() and " " not in text and text == text.lower()
    return bool(at and name and host) and is_plain and len(text) <= LONGEST_ADDRESS


def member_key(email: str) -> str:
    """The author_key of the member with this address."""
    key = f"member:{email}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"member:{hashlib.sha256(email.encode()).hexdigest()}"


def member(session: SessionBase, user: Any, email: str, address: str = "") -> Participant:
    """The logged-in user as the member with their address. Raises NotAllowed for another's."""
    if not (user.is_authenticated and user.is_active and owns_address(user, email)):
        raise NotAllowed("This address is not yours.")
    return Participant(
        member_key(email),
        name=display_name(user),
        user_id=user.pk,
        session_key=session.session_key or "",
        auth_hash=user.get_session_auth_hash(),
        address=address,
        email=email,
    )


def owns_address(user: Any, email: str) -> bool:
    """Whether an address is the user's: confirmed by a letter, or given to an agent by an admin.

    Whoever registers may claim any address; that alone opens nobody's conversations.
    """
    return (user.pk, email) in owned_addresses([(user, email)])


def owned_addresses(asked: Iterable[tuple[Any, str]]) -> set[tuple[int, str]]:
    """Those (user, address) of which the address is the user's, as (id, address).

    Two queries at most, for any number.
    """
    asked = list(asked)
    if not asked:
        return set()
    claimed = EmailAddress.objects.filter(user__in=[user.pk for user, _ in asked])
    rows = list(claimed.values_list("user_id", "email", "verified"))
    owned = {(pk, email.lower()) for pk, email, is_verified in rows if is_verified}
    claiming = {pk for pk, _, _ in rows}
    given = {user.pk: (user.email or "").lower() for user, _ in asked if user.pk not in claiming}
    answering = agents.everybody().filter(pk__in=given).values_list("pk", flat=True)
    owned |= {(pk, given[pk]) for pk in answering}
    return {(user.pk, email) for user, email in asked if (user.pk, email) in owned}


def bearer(token: str, email: str, address: str = "") -> tuple[Participant, float]:
    """The member for whom a token was made, and until when it holds. Raises NotAllowed."""
    found = member_tokens.read(token)
    if found is None or found.email != email:
        raise NotAllowed("This token is not valid for this address.")
    key = member_key(email)
    who = Participant(key, email, address=address, email=email, issued_at=found.issued_at)
    return who, found.expires_at


def shared_conversation(participant: Participant, config_id: str) -> Conversation:
    """A member's way to a conversation. Raises NotFound, whether there is none or it is others'."""
    found = None
    if config_id.isprintable() and len(config_id) <= LONGEST_KEY:
        found = Conversation.objects.filter(
            public_id=config_id, kind=Kind.GROUP, members__key=participant.key
        ).first()
    if found is None:
        raise NotFound()
    return found


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
    if found.message_seq is None:
        keys = {f"visitor:{known_key(session)}", f"user:{user.pk}" if is_agent(user) else ""}
        is_allowed = found.uploader_key in keys
    else:
        is_here = is_open_here(session, found.conversation)
        is_allowed = (is_here and not found.agents_only) or is_agent(user)
    if not is_allowed:
        raise NotFound("There is no picture at this address.")
    return found


def may_read_all(participant: Participant) -> bool:
    user = get_user_model().objects.filter(pk=participant.user_id or 0).first()
    return user is not None and user.has_perm("chat.view_conversation")


def revoked(participants: list[Participant]) -> set[Participant]:
    """Those who may no longer be here: logged out, deactivated, new password, out of the group."""
    return _revoked_users(participants) | _revoked_tokens(participants)


def _revoked_tokens(participants: list[Participant]) -> set[Participant]:
    bearers = [p for p in participants if p.issued_at]
    if not bearers:
        return set()
    valid_from = member_tokens.valid_from({p.email for p in bearers})
    return {p for p in bearers if p.issued_at < valid_from.get(p.email, 0.0)}


def _revoked_users(participants: list[Participant]) -> set[Participant]:
    people = [p for p in participants if p.user_id is not None]
    sessions = set(
        Session.objects.filter(
            session_key__in={p.session_key for p in people}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    answering = agents.everybody().filter(pk__in={p.user_id for p in people if p.is_agent})
    active = get_user_model().objects.filter(is_active=True)
    customers = active.filter(pk__in={p.user_id for p in people if not p.is_agent})
    agents_by_id: dict[Any, Any] = {user.pk: user for user in answering}
    customers_by_id: dict[Any, Any] = {user.pk: user for user in customers}

    members = [p for p in people if p.email and p.user_id in customers_by_id]
    owned = owned_addresses((customers_by_id[p.user_id], p.email) for p in members)

    def is_over(participant: Participant) -> bool:
        users = agents_by_id if participant.is_agent else customers_by_id
        user = users.get(participant.user_id)
        if user is None or participant.session_key not in sessions:
            return True
        if participant.email and (user.pk, participant.email) not in owned:
            return True
        return not constant_time_compare(participant.auth_hash, user.get_session_auth_hash())

    return {participant for participant in people if is_over(participant)}
