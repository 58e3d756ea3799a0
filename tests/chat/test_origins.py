"""Whose pages may open the browser sockets: the whole origin counts."""

import pytest

from chat.origins import OwnOrigin, _is_ours


@pytest.mark.parametrize(
    ("origin", "host", "scheme", "ours"),
    [
        ("http://localhost:8000", "localhost:8000", "ws", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "ws", True),
        ("http://[::1]:8000", "[::1]:8000", "ws", True),
        ("https://localhost", "localhost", "wss", True),
        # another name, port or scheme of this very machine is somebody else's page
        ("http://localhost:8000", "127.0.0.1:8000", "ws", False),
        ("http://localhost:9000", "localhost:8000", "ws", False),
        ("https://localhost:8000", "localhost:8000", "ws", False),
        ("http://localhost:8000", "localhost:8000", "wss", False),
        ("http://evil.example", "localhost:8000", "ws", False),
        ("http://localhost:8000.evil.example", "localhost:8000", "ws", False),
        ("null", "localhost:8000", "ws", False),
        ("", "localhost:8000", "ws", False),
        ("", "", "ws", False),
        # a host that is not ours, even where the two agree (DNS rebinding)
        ("http://evil.example:8000", "evil.example:8000", "ws", False),
        ("http://[bad", "[bad", "ws", False),
    ],
)
def test_an_origin(origin, host, scheme, ours):
    assert _is_ours(origin, host, scheme) is ours


def test_the_operator_s_own_name_behind_a_proxy(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://desk.example.edu"]
    assert _is_ours("https://desk.example.edu", "desk.example.edu", "ws")
    assert not _is_ours("http://desk.example.edu", "desk.example.edu", "ws")
    assert not _is_ours("https://other.example.edu", "desk.example.edu", "ws")


async def handshake(*headers, path: str = "/ws/agent/") -> list[str]:
    """What happens to a handshake with these headers: "application", or what was sent."""
    happened: list[str] = []

    async def application(scope, receive, send):
        happened.append("application")

    events = iter(["websocket.connect", "websocket.disconnect"])

    async def receive():
        return {"type": next(events), "code": 1006}

    async def send(message):
        happened.append(message["type"])

    scope = {"type": "websocket", "scheme": "ws", "path": path, "headers": list(headers)}
    await OwnOrigin(application)(scope, receive, send)
    return happened


async def test_ours_comes_through():
    own = (b"origin", b"http://LOCALHOST:8000"), (b"host", b"localhost:8000")
    assert await handshake(*own) == ["application"]


async def test_others_are_refused_before_anything_is_read():
    foreign = (b"origin", b"http://evil.example"), (b"host", b"localhost:8000")
    assert await handshake(*foreign) == ["websocket.close"]
    assert await handshake((b"host", b"localhost:8000")) == ["websocket.close"]


async def test_programs_need_no_origin_where_no_cookie_counts():
    host = (b"host", b"localhost:8000")
    assert await handshake(host, path="/") == ["application"]
    for origin in (b"http://evil.example", b"null", b""):
        assert await handshake((b"origin", origin), host, path="/") == ["websocket.close"]
    assert await handshake((b"origin", b"http://localhost:8000"), host, path="/") == ["application"]
