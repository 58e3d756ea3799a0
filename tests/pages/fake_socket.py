"""A scripted server side of a page's WebSocket: deterministic, without a backend."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.services.patience import EVENTUALLY

Answer = Callable[[dict], list[dict]]


class FakeSocket:
    """Answers each connection with `greeting` and each frame with `answer(frame)`.

    received: every frame the page sent, in order.
    away: while true, each attempt to connect is closed at once with `close_code`.
    """

    def __init__(self, page: Page, path: str, greeting: list[dict], answer: Answer | None = None):
        self.page = page
        self.greeting = greeting
        self.answer = answer or (lambda frame: [])
        self.received: list[dict] = []
        self.urls: list[str] = []
        self.away = False
        self.close_code = 1011
        self.route: WebSocketRoute | None = None
        page.route_web_socket(re.compile(rf"/ws/{path}"), self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self.urls.append(route.url)
        if self.away:
            route.close(code=self.close_code)
            return
        self.route = route
        route.on_message(self._receive)
        self.say(*self.greeting)

    def _receive(self, text: str | bytes) -> None:
        frame = json.loads(text)
        self.received.append(frame)
        self.say(*([{"type": "pong"}] if frame.get("type") == "ping" else self.answer(frame)))

    def say(self, *frames: dict) -> None:
        """Sends frames to the page."""
        assert self.route is not None
        for frame in frames:
            self.route.send(json.dumps(frame))

    def close(self, code: int, away: bool = True) -> None:
        """Breaks the connection; while `away`, it does not come back."""
        assert self.route is not None
        self.away = away
        self.close_code = code
        self.route.close(code=code)

    def come_back(self) -> None:
        """Lets the page connect again, and its clock run until it has."""
        self.away = False
        attempts = len(self.urls)
        for _ in range(30):
            self.page.clock.run_for(2_000)
            if len(self.urls) > attempts:
                return
        raise AssertionError("the page does not connect any more")

    def sent(self, kind: str) -> list[dict]:
        """The frames of a type that the page sent ("message" is the default type)."""
        return [frame for frame in self.received if frame.get("type", "message") == kind]

    def wait_for(self, kind: str, **fields: Any) -> dict:
        """The first frame of this type with these fields; AssertionError where none comes."""
        return self._wait(
            lambda: [frame for frame in self.sent(kind) if fields.items() <= frame.items()],
            f"{kind} {fields}",
        )[0]

    def wait_for_frames(self, kind: str, number: int) -> None:
        self._wait(lambda: len(self.sent(kind)) >= number, f"{number} {kind}")

    def wait_for_connections(self, number: int) -> None:
        self._wait(lambda: len(self.urls) >= number, f"{number} connections")

    def _wait(self, found: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + EVENTUALLY
        while time.monotonic() < deadline:
            if result := found():
                return result
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no {what} among {self.received}")
