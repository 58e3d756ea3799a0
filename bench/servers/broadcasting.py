"""The help desk as it ships, with one address more: a bare loop over the sockets it has.

`broadcasting.py serve`, in place of `manage.py serve`. `POST /bench/raw` writes its body as one
text frame to every open socket, one after the other, and nothing else: no database, no hub.
"""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

from django.core.management import execute_from_command_line

ADDRESS = "/bench/raw"


async def write_to_all(receive: Any, send: Any) -> None:
    """The loop that ours is held to; in the way in which the desk writes a frame itself."""
    from chat.hub import Hub

    text = (await receive())["body"].decode()
    assert Hub.running is not None
    for socket in Hub.running.sockets:
        socket.write_now(text)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def with_raw_loop() -> None:
    """Puts the address in front of the desk's application, before uvicorn takes it."""
    from helpdesk import asgi

    desk = asgi.application

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == ADDRESS:
            await write_to_all(receive, send)
        else:
            await desk(scope, receive, send)

    asgi.application = application  # type: ignore[assignment]


if __name__ == "__main__":
    with_raw_loop()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
