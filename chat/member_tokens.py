"""Tokens that let a member in who has no login here: signed, for one address, for some days.

Nothing of a token is stored. To end those of an address, note the moment from which they count.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from chat.models import MemberAddress

SALT = "chat.member"
DAYS = 30
MOST_DAYS = 366
DAY = 24 * 3600


@dataclass(frozen=True)
class Token:
    """What a valid token says; times are seconds since 1970."""

    email: str
    issued_at: float
    expires_at: float


def make(email: str, days: int = DAYS) -> str:
    """A token for this address, valid from now on. The address is in small letters."""
    address, _ = MemberAddress.objects.get_or_create(email=email)
    now = timezone.now()
    MemberAddress.objects.filter(pk=address.pk).update(made_at=now)
    issued = now.timestamp()
    claims = {"email": email, "from": issued, "until": issued + days * DAY}
    return signing.dumps(claims, salt=SALT)


def read(token: str) -> Token | None:
    """What a token says; None for one that is forged, expired or ended."""
    try:
        claims = signing.loads(token, salt=SALT)
        found = Token(claims["email"], claims["from"], claims["until"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    if found.expires_at <= timezone.now().timestamp():
        return None
    # Without a row somebody has deleted the address: its tokens go with it.
    starts = valid_from({found.email})
    return found if starts.get(found.email, found.expires_at) <= found.issued_at else None


def end(email: str) -> None:
    """All tokens of the address are dead from now on."""
    MemberAddress.objects.filter(email=email).update(valid_from=timezone.now())


def valid_from(emails: Iterable[str]) -> dict[str, float]:
    """{address: seconds since 1970 from which its tokens count}."""
    rows = MemberAddress.objects.filter(email__in=list(emails))
    return {row.email: row.valid_from.timestamp() for row in rows}
