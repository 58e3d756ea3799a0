"""The devices' own port: the same socket as at / beside the pages, and nothing else."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings

ONLY_DEVICES = b"This port is for devices: connect a WebSocket to / here.\n"


class DevicePort:
    """Passes on what comes by other ports, and by this one only devices."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        port = (scope.get("server") or ("", None))[1]
        is_here = bool(settings.DEVICE_PORT) and port == settings.DEVICE_PORT
        if not is_here or (scope["type"] == "websocket" and scope["path"] == "/"):
            return await self.application(scope, receive, send)
        if scope["type"] == "websocket":
            return await WebsocketDenier()(scope, receive, send)
        headers = [(b"content-type", b"text/plain"), (b"upgrade", b"websocket")]
        await send({"type": "http.response.start", "status": 426, "headers": headers})
        return await send({"type": "http.response.body", "body": ONLY_DEVICES})
