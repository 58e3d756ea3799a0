"""Customers and agents on real sockets, as a browser would be: cookies, Origin, frames.

alice = visitor(server)
with alice.chat() as chat:
    chat.history
    chat.say("the wifi is slow")
    chat.receive("message", sender="bot")
"""

import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.services.patience import EVENTUALLY
from tests.services.schemas import MALFORMED, channel_of, hold
from tests.services.server import PASSWORD, Server

Frame = dict[str, Any]
_client_ids = itertools.count(1)


class Socket:
    """A WebSocket that keeps in `frames` all it has received.

    What is sent and what comes is held against docs/asyncapi.yaml (tests/services/schemas.py).
    """

    def __init__(self, connection: ClientConnection) -> None:
        # Entered and not just made: so the library wants it.
        self.connection = connection.__enter__()
        assert connection.request is not None
        self.channel = channel_of(connection.request.path)
        self.is_well_formed = True  # all that was sent
        self.frames: list[Frame] = []
        self.unread: list[Frame] = []

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def send(self, frame: Frame | str | bytes) -> None:
        """Send a command; text and bytes, which may be anything, as they are."""
        if isinstance(frame, dict):
            hold(self.channel, "command", frame)
            self.connection.send(json.dumps(frame))
        else:
            self.is_well_formed = False
            self.connection.send(frame)

    def send_wrong(self, frame: Frame) -> None:
        """Send what is no command, or none for this socket."""
        self.send(json.dumps(frame))

    def say(self, text: str, **fields: object) -> str:
        """Send a message with a client id of its own (or the one given); the client id."""
        client_id = fields.setdefault("client_id", f"test-{next(_client_ids)}-{time.time_ns()}")
        self.send({"type": "message", "message": text, **fields})
        return str(client_id)

    def next(self, seconds: float = EVENTUALLY) -> Frame:
        """The next frame. TimeoutError after `seconds`, ConnectionClosed once it is closed."""
        if self.unread:
            return self.unread.pop(0)
        frame: Frame = json.loads(self.connection.recv(timeout=seconds))
        self.frames.append(frame)
        self.hold(frame)
        return frame

    def hold(self, frame: Frame) -> None:
        """It is as documented, and what was sent as documented is not malformed."""
        hold(self.channel, "event", frame)
        if self.is_well_formed and frame["type"].lower() == "error":
            assert frame["code"] not in MALFORMED, frame

    def receive(self, kind: str, seconds: float = EVENTUALLY, **fields: object) -> Frame:
        """The next frame of that type with those fields; what comes before is kept for later."""
        deadline = time.monotonic() + seconds
        passed: list[Frame] = []
        try:
            while True:
                frame = self.next(max(0.0, deadline - time.monotonic()))
                if frame.get("type") == kind and fields.items() <= frame.items():
                    return frame
                passed.append(frame)
        except TimeoutError:
            raise TimeoutError(f"no {kind} {fields} in {seconds} s, but {passed}") from None
        finally:
            self.unread[:0] = passed

    def quiet(self, seconds: float = 0.5) -> list[Frame]:
        """All that arrives (or is unread) until nothing has come for `seconds`."""
        frames: list[Frame] = []
        deadline = time.monotonic() + EVENTUALLY
        while time.monotonic() < deadline:
            try:
                frames.append(self.next(seconds))
            except TimeoutError:
                return frames
        raise TimeoutError(f"not quiet for {seconds} s in {EVENTUALLY} s: {frames[-5:]}")

    def close_code(self, seconds: float = EVENTUALLY) -> int | None:
        """The code with which the server closes the socket, within `seconds`."""
        deadline = time.monotonic() + seconds
        while self.connection.close_code is None and time.monotonic() < deadline:
            try:
                self.next(0.1)
            except TimeoutError:
                continue
            except Exception:
                break
        return self.connection.close_code


class Person:
    """Somebody with a browser: cookies that the pages gave, used on the sockets too."""

    def __init__(self, server: Server, label: str = "") -> None:
        self.server, self.label = server, label
        self.http = httpx.Client(base_url=server.url, follow_redirects=True, timeout=EVENTUALLY)

    def at(self, server: Server) -> "Person":
        """The same person (same cookies) at another server of the same desk."""
        other = Person(server, self.label)
        other.http.cookies.update(self.http.cookies)
        return other

    def page(self, path: str) -> httpx.Response:
        """GET a page; raises for 4xx and 5xx."""
        return self.http.get(path).raise_for_status()

    def post(self, path: str, data: Frame | None = None, **options: Any) -> httpx.Response:
        """POST as a page of ours does, with Django's CSRF token; a form unless `json=` is given."""
        headers = {
            "X-CSRFToken": self.http.cookies.get("csrftoken", ""),
            "Referer": self.server.url + "/",
            "Origin": self.server.url,
        }
        return self.http.post(path, data=data, headers=headers, **options)

    def socket(self, path: str, **query: object) -> Socket:
        """Open a WebSocket as the browser would."""
        return Socket(self._connect(path, **query))

    def _connect(self, path: str, **query: object) -> ClientConnection:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)
        return connect(
            f"{self.server.sockets}{path}" + (f"?{urlencode(query)}" if query else ""),
            origin=self.server.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies},
            proxy=None,
            max_queue=None,
        )

    def chat(self, label: str = "", **query: object) -> "Chat":
        """This visitor's own conversation of that label."""
        return Chat(self._connect(f"/ws/chat/{label or self.label}/", **query))

    def desk(self) -> Socket:
        """The agents' socket."""
        return self.socket("/ws/agent/")


class Chat(Socket):
    """The customer's socket; `history` is its first frame."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__(connection)
        self.history = self.receive("history")


def visitor(server: Server, label: str = "alice") -> Person:
    """A customer who has opened the chat page of that label."""
    person = Person(server, label)
    person.page(f"/chat/{label}/")
    return person


def logged_in(server: Server, username: str = "agent", password: str = PASSWORD) -> Person:
    """An agent or admin who has logged in on the real login page."""
    person = Person(server)
    person.page("/accounts/login/")
    fields = {"login": username, "password": password}
    answer = person.post("/accounts/login/", fields)
    assert answer.url.path != "/accounts/login/", f"{username} could not log in"
    return person
