"""Uploads end where they are too large, before anything is written to the disk."""

import json
from typing import Any

import pytest

from helpdesk.uploads import WithUploadLimit

PATH = "/api/conversation/alice/images/"


class Application:
    """Reads the whole body, as Django does, and answers how long it was."""

    read = 0

    async def __call__(self, scope, receive, send) -> None:
        more = True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            self.read += len(event["body"])
            more = event["more_body"]
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


async def ask(path: str, pieces: list[bytes], length: str | None = None) -> tuple[int, bytes, int]:
    """(status, body, bytes that the application has read)."""
    application = Application()
    sent: list[dict[str, Any]] = []
    events = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    events.append({"type": "http.request", "body": b"", "more_body": False})
    headers = [(b"content-length", length.encode())] if length is not None else []

    async def receive():
        return events.pop(0)

    async def send(event):
        sent.append(event)

    limited = WithUploadLimit(application, 100, "at most 100 bytes")
    await limited({"type": "http", "path": path, "headers": headers}, receive, send)
    return sent[0]["status"], sent[1]["body"], application.read


async def test_what_fits_comes_through():
    assert await ask(PATH, [b"x" * 60, b"x" * 40], "100") == (201, b"{}", 100)


@pytest.mark.parametrize("path", [PATH, "/api/agent/conversation/alice/images/"])
async def test_what_says_that_it_is_too_large_is_not_read(path):
    status, body, read = await ask(path, [b"x" * 101], "101")
    assert (status, read) == (413, 0)
    assert json.loads(body) == {"success": False, "message": "at most 100 bytes"}


@pytest.mark.parametrize("length", [None, "50", "-1", "many", "9" * 30])
async def test_what_does_not_say_so_ends_at_the_limit(length):
    status, _, read = await ask(PATH, [b"x" * 60] * 1000, length)
    assert status == 413
    assert read <= 100


async def test_other_addresses_have_limits_of_their_own():
    assert (await ask("/admin/faq/entry/import/", [b"x" * 101], "101"))[0] == 201
