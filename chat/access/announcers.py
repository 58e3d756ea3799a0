"""Who may announce."""

from typing import Any

from django.http import HttpRequest

from chat.access.agents import agent
from chat.access.participant import Participant
from chat.errors import NotAllowed, NotAuthenticated
from chat.models import ApiToken, Device


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


def device_announcer(device: Participant) -> Participant:
    """A device that may announce as people do. Raises NotAllowed."""
    pk = device.key.partition(":")[2]
    if not Device.objects.filter(pk=pk, may_announce=True).exists():
        raise NotAllowed("This device does not have the right to announce.")
    return device


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
