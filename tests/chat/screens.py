"""What a page makes of the frames it gets, by the receiver's rule of docs/protocol.md."""

from collections.abc import Iterable
from typing import Any

import msgspec

from chat.frames import AGENT, CUSTOMER, Audience, Change, Frame, change_frames
from chat.hub import backlog

ALL = 10**6


class Screen:
    """One reader's picture of one conversation: frames come in, and it stays gapless."""

    def __init__(self) -> None:
        self.messages: dict[int, Frame] = {}
        self.last = 0
        self.status: Frame = {}
        self.read: dict[str, int] = {}
        self.ratings: dict[int, str] = {}
        self.gaps: list[int] = []

    @classmethod
    def of(cls, conversation_id: int, audience: Audience = CUSTOMER) -> "Screen":
        """The picture as the database has it now."""
        found = backlog(conversation_id, 0, ALL)
        screen = cls()
        screen.version = found.version
        screen._show(audience.listed(found.messages, found.public_id), found.head_seq)
        screen._status(audience.standing(found.standing, None, found.version))
        screen.read = dict(found.read)
        screen.ratings = dict(found.ratings)
        return screen

    def take(self, frame: Frame) -> None:
        """Takes in one frame; a message that leaves a gap is noted in `gaps` and not shown."""
        getattr(self, f"_take_{frame['type']}", lambda _: None)(frame)

    def take_all(self, frames: Iterable[Frame]) -> "Screen":
        for frame in frames:
            self.take(frame)
        return self

    def _take_history(self, frame: Frame) -> None:
        if "after" not in frame:
            self.messages, self.last = {}, 0
        self._show(frame["messages"], frame["through"])
        self._status(frame["status"])
        self.read = dict(frame["read"])
        self.ratings = {int(seq): value for seq, value in frame["ratings"].items()}

    def _take_messages(self, frame: Frame) -> None:
        if frame.get("after", 0) > self.last:
            self.gaps.append(frame["through"])
            return
        self._show(frame["messages"], frame["through"])

    def _take_message(self, frame: Frame) -> None:
        shown = {key: value for key, value in frame.items() if key not in ("type", "message")}
        self._follow(frame["seq"], {**shown, "content": frame["message"]})

    def _take_through(self, frame: Frame) -> None:
        self._follow(frame["through"], None)

    def _take_status(self, frame: Frame) -> None:
        self._status(frame)

    def _take_read(self, frame: Frame) -> None:
        self.read[frame["who"]] = max(self.read.get(frame["who"], 0), frame["through"])

    def _take_ratings(self, frame: Frame) -> None:
        self.ratings |= {int(seq): value for seq, value in frame["ratings"].items()}

    def _follow(self, seq: int, message: Frame | None) -> None:
        if seq > self.last + 1:
            self.gaps.append(seq)
        if seq != self.last + 1:
            return
        self.last = seq
        if message is not None:
            self.messages[seq] = message

    def _show(self, messages: list[Frame], through: int) -> None:
        for message in messages:
            if message["seq"] > self.last:
                self.messages[message["seq"]] = message
        self.last = max(self.last, through)

    def _status(self, frame: Frame) -> None:
        self.status = {key: frame[key] for key in ("status", "is_bot_active", "agent")}

    @property
    def texts(self) -> list[str]:
        return [self.messages[seq]["content"] for seq in sorted(self.messages)]

    @property
    def state(self) -> dict[str, Any]:
        """Everything that a reader sees, to be compared."""
        return {
            "messages": self.messages,
            "last": self.last,
            "status": self.status,
            "read": {who: through for who, through in self.read.items() if through},
            "ratings": self.ratings,
        }


def assert_changes_lead_to_the_database(before: "Before", changes: list[Change]) -> None:
    """Applying what was announced to the old pictures gives the new ones, for every reader."""
    travelled = [_travelled(change) for change in changes]
    for (pk, audience, together), screen in before.items():
        for change in travelled:
            if change.conversation == pk:
                screen.take_all(change_frames(change, audience, screen.last, together))
        assert screen.gaps == []
        assert screen.state == Screen.of(pk, audience).state


Before = dict[tuple[int, Audience, bool], Screen]


def pictures(conversations: Iterable[int]) -> Before:
    """What every kind of reader sees of these conversations now."""
    return {
        (pk, audience, together): Screen.of(pk, audience)
        for pk in conversations
        for audience in (CUSTOMER, AGENT)
        for together in (True, False)
    }


def _travelled(change: Change) -> Change:
    """The change as another process gets it."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(change), type=Change)
