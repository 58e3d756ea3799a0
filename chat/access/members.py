"""Members: known by their address, and their way to what they share."""

import hashlib
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.base import SessionBase

from chat import agents, member_tokens
from chat.access.participant import Participant
from chat.errors import NotAllowed, NotFound
from chat.frames import display_name
from chat.models import Conversation
from chat.models.conversation import Kind

LONGEST_ADDRESS = 254
LONGEST_KEY = 80


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
