"""An ASGI application whose uploads of pictures end where they are too large.

Django writes a whole body to the disk before any code of ours sees the request.
"""

import json
import re
from collections.abc import Callable
from typing import Any

UPLOAD = re.compile(r"/api/(agent/)?conversation/[^/]+/images/")


class WithUploadLimit:
    """`most` are bytes; `detail` is what the person reads."""

    def __init__(self, application: Callable[..., Any], most: int, detail: str) -> None:
        self.application, self.most = application, most
        self.answer = json.dumps({"success": False, "message": detail}).encode()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not UPLOAD.fullmatch(scope["path"]):
            await self.application(scope, receive, send)
        elif announced(scope) > self.most:
            await self.refuse(send)
        else:
            await self.count(scope, receive, send)

    async def count(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """As long as the body is no larger than allowed, whatever its header says."""
        received = 0

        async def counted() -> dict[str, Any]:
            nonlocal received
            event = await receive()
            received += len(event.get("body", b""))
            return {"type": "http.disconnect"} if received > self.most else event

        async def until_too_much(event: dict[str, Any]) -> None:
            if received <= self.most:
                await send(event)

        await self.application(scope, counted, until_too_much)
        if received > self.most:
            await self.refuse(send)

    async def refuse(self, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        headers.append((b"content-length", str(len(self.answer)).encode()))
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})


def announced(scope: dict[str, Any]) -> int:
    """The length that the request says its body has; 0 where it says none."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 20 else 0
