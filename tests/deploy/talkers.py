"""Customers who write all the time and come back after every break, as the chat page does."""

import threading
import time
import uuid
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.services.patience import EVENTUALLY
from tests.services.ws import Chat, Person

BROKEN = (OSError, WebSocketException, TimeoutError)


class Talker(threading.Thread):
    """Sends one message at a time, with the same client id until it is acknowledged.

    acknowledged: client ids in their order. errors: error frames that came meanwhile.
    close_code: that of the first connection that was closed.
    """

    def __init__(self, person: Person) -> None:
        super().__init__(daemon=True)
        self.person, self.over = person, threading.Event()
        self.acknowledged: list[str] = []
        self.errors: list[dict[str, Any]] = []
        self.breaks = 0
        self.close_code: int | None = None

    def run(self) -> None:
        unsent = uuid.uuid4().hex
        while not self.over.is_set():
            try:
                with self.person.chat() as chat:
                    while not self.over.is_set():
                        self._say(chat, unsent)
                        unsent = uuid.uuid4().hex
            except BROKEN as broken:
                self.breaks += 1
                if isinstance(broken, ConnectionClosed) and self.close_code is None:
                    self.close_code = broken.rcvd.code if broken.rcvd else 1006
                time.sleep(0.05)

    def _say(self, chat: Chat, client_id: str) -> None:
        chat.say("still there?", client_id=client_id)
        while True:
            frame = chat.next(EVENTUALLY)
            if frame.get("type") == "message" and frame.get("client_id") == client_id:
                self.acknowledged.append(client_id)
                return
            if frame.get("type") == "error":
                self.errors.append(frame)

    def has_said(self, more: int, seconds: float = EVENTUALLY) -> None:
        """Waits until so many more are acknowledged. AssertionError where they are not."""
        wanted, end = len(self.acknowledged) + more, time.monotonic() + seconds
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < end, f"{len(self.acknowledged)} of {wanted}, {self.errors}"
            time.sleep(0.02)

    def stop(self) -> None:
        self.over.set()
        self.join(EVENTUALLY)
        assert not self.is_alive()

    def thread(self, person: Person | None = None) -> list[dict[str, Any]]:
        """The customer's whole conversation, as the desk has it now."""
        found: list[dict[str, Any]] = []
        with (person or self.person).chat() as chat:
            while True:
                after = found[-1]["seq"] if found else 0
                chat.send({"type": "catch_up", "after": after})
                page = chat.receive("messages")
                found += page["messages"]
                if page["through"] >= chat.history["through"] or not page["messages"]:
                    return found


def assert_whole(talker: Talker, acknowledged: list[str], thread: list[dict[str, Any]]) -> None:
    """All that was acknowledged is there, once, in its order, without a gap."""
    assert [message["seq"] for message in thread] == list(range(1, len(thread) + 1))
    ids = [message["client_id"] for message in thread if message["sender"] == "customer"]
    assert len(ids) == len(set(ids))
    known = set(acknowledged)
    assert [one for one in ids if one in known] == acknowledged
