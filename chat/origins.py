"""Which pages' scripts may open our browser sockets.

Channels' AllowedHostsOriginValidator accepts another scheme or port of the right host; here the
whole origin must be this server's own, as the browser addressed it or as the operator named it.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host

# Sockets that do not trust cookies: their clients are programs, and need not name an Origin.
FOR_PROGRAMS = frozenset({"/", "/conversation/ws"})


class OwnOrigin:
    """Refuses handshakes without an Origin of ours, but for the sockets in FOR_PROGRAMS: there
    none is as good."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        host = headers.get(b"host", b"").decode("latin-1").lower()
        is_without = b"origin" not in headers and scope["path"] in FOR_PROGRAMS
        if not is_without and not _is_ours(origin, host, scope.get("scheme", "ws")):
            return await WebsocketDenier()(scope, receive, send)
        return await self.application(scope, receive, send)


def _is_ours(origin: str, host: str, scheme: str) -> bool:
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    own = f"{'https' if scheme == 'wss' else 'http'}://{host}"
    return origin == own and validate_host(
        f"[{name}]" if ":" in name else name, settings.ALLOWED_HOSTS
    )
