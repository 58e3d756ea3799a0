"""A page's picture of one conversation, kept by the receiver's rule of docs/protocol.md."""

import time
from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]
ASK_AGAIN_AFTER = 2.0  # seconds


class Thread:
    """Drops what it has, shows what comes next, asks for what lies between.

    `wrong` collects what no server may do, however the network behaves.
    """

    def __init__(self, ask: Callable[[Frame], None]) -> None:
        self.ask = ask
        self.shown: list[Frame] = []
        self.last = 0
        self.highest = 0
        self.asked = 0.0
        self.status: Frame = {}
        self.read: dict[str, int] = {}
        self.wrong: list[str] = []

    @property
    def lines(self) -> list[tuple[int, str, str]]:
        """What the page shows: (seq, sender, text)."""
        return [(frame["seq"], frame["sender"], _text(frame)) for frame in self.shown]

    def take(self, frame: Frame) -> None:
        handler = getattr(self, f"take_{frame['type']}", None)
        if handler is not None:
            handler(frame)

    def take_history(self, frame: Frame) -> None:
        self.asked = 0.0
        if "after" not in frame or frame["after"] > self.last:
            self.shown, self.last, self.highest = [], 0, 0
        self.show_all(frame)
        self.take_status(frame["status"])
        for who, through in frame["read"].items():
            self.take_read({"who": who, "through": through})

    def take_messages(self, frame: Frame) -> None:
        self.asked = 0.0
        self.show_all(frame)
        self.catch_up_if_behind()

    def take_message(self, frame: Frame) -> None:
        if frame["seq"] > self.last + 1:
            self.notice(frame["seq"])
        else:
            self.show(frame)

    def take_through(self, frame: Frame) -> None:
        if frame["through"] == self.last + 1:
            self.last += 1
        elif frame["through"] > self.last:
            self.notice(frame["through"])

    def take_status(self, frame: Frame) -> None:
        if frame["version"] >= self.status.get("version", 0):
            self.status = frame

    def take_read(self, frame: Frame) -> None:
        self.read[frame["who"]] = max(self.read.get(frame["who"], 0), frame["through"])

    def show_all(self, frame: Frame) -> None:
        for message in frame["messages"]:
            self.show(message)
        self.last = max(self.last, frame["through"])

    def show(self, message: Frame) -> None:
        if message["seq"] > self.last:
            self.shown.append(message)
            self.last = message["seq"]
            return
        for known in self.shown:
            if known["seq"] == message["seq"] and _text(known) != _text(message):
                self.wrong.append(f"two texts for {known['seq']}: {known} and {message}")

    def notice(self, seq: int) -> None:
        self.highest = max(self.highest, seq)
        self.catch_up_if_behind()

    def catch_up_if_behind(self) -> None:
        if self.highest > self.last and time.monotonic() > self.asked + ASK_AGAIN_AFTER:
            self.asked = time.monotonic()
            self.ask({"type": "catch_up", "after": self.last})


def _text(frame: Frame) -> str:
    return str(frame.get("content", frame.get("message", "")))
