"""A device's view of one conversation: lines of text, each told of once it is written."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from chat.database import in_database
from chat.frames import Audience, Change, Posted, Signal
from chat.hub.backlog import RESUMED, page
from chat.hub.socket import Socket, never
from chat.hub.view import Texts, View
from chat.lines import line
from chat.models import Conversation

Written = Callable[[], None]
# What a device reads is made by chat.lines.
LINES = Audience()
ROOM = 100  # frames that may wait before more is read from the database


class DeviceSocket(Socket):
    """A socket that says when a frame has been written to the connection."""

    __slots__ = ("has_room", "inner_send", "inner_write", "told")

    def __init__(
        self,
        participant: Any,
        send: Callable[[dict[str, Any]], Awaitable[None]],
        write_now: Callable[[str], bool] = never,
    ) -> None:
        self.inner_send, self.inner_write = send, write_now
        self.told: deque[Written | None] = deque()  # one for each frame put and not yet written
        self.has_room = asyncio.Event()
        self.has_room.set()
        super().__init__(participant, self._send, self._write_now)

    def put(self, text: str, written: Written | None = None) -> None:
        if self.closing is None:
            self.told.append(written)
            super().put(text)
            if len(self.frames) > ROOM and self.closing is None:
                self.has_room.clear()

    async def room(self) -> bool:
        """Waits until the reader has caught up a little; False once the socket is closed."""
        await self.has_room.wait()
        return self.closing is None

    def close(self, code: int, reason: str = "") -> None:
        super().close(code, reason)
        self.has_room.set()

    async def gone(self) -> None:
        self.has_room.set()
        await super().gone()

    def _write_now(self, text: str) -> bool:
        if not self.inner_write(text):
            return False
        self._tell()
        return True

    async def _send(self, message: dict[str, Any]) -> None:
        await self.inner_send(message)
        if message["type"] == "websocket.send":
            self._tell()

    def _tell(self) -> None:
        written = self.told.popleft() if self.told else None
        if len(self.frames) <= ROOM:
            self.has_room.set()
        if written is not None:
            written()


class DeviceView(View):
    """Begins behind `seq`, which its device has had before."""

    __slots__ = ("inbox", "late_through")

    def __init__(self, inbox: Any, conversation_id: int) -> None:
        super().__init__(inbox.socket, conversation_id, LINES, False)
        self.inbox = inbox
        self.late_through = 0  # what has a seq up to here was written before the device came

    def receive(self, change: Change, texts: Texts) -> None:
        self.newest = max(self.newest, change.version)
        if self.loading or change.version <= self.version or not self.inbox.is_open:
            return
        if change.previous > self.version:
            self.heal()
            return
        self.say(change.messages)
        self.seq = max(self.seq, change.head_seq)
        self.version = change.version

    def has_all(self, version: int) -> None:
        """The device has had all of the conversation at this version."""
        self.version = max(self.version, version)
        self._open()

    def say(self, messages: list[Posted]) -> None:
        for posted in messages:
            text = line(posted, self.inbox.key) if posted.seq > self.seq else None
            if text is not None and self.inbox.is_open:
                self.inbox.write(self, posted, text)

    def pass_on(self, signal: Signal) -> None:
        """A device is not shown who is typing."""

    async def begin(self) -> None:
        """Shows what waited. As what is missed later, it is read in pages, as fast as the
        device reads."""
        await self._catch_up()

    async def _catch_up(self) -> None:
        try:
            version, head = await in_database(_state, self.conversation_id)
            while self.seq < head and self.inbox.is_open:
                through = min(head, self.seq + RESUMED)
                found = await in_database(page, self.conversation_id, self.seq, through)
                self.say(found)
                self.seq = through
                if not await self.socket.room():  # type: ignore[attr-defined]
                    return
            if not self.inbox.is_open:
                return
        except Exception:
            self.loading, self.newest = False, self.version
            raise
        self.has_all(version)


def _state(conversation_id: int) -> tuple[int, int]:
    row = Conversation.objects.values_list("version", "head_seq").get(pk=conversation_id)
    return row[0], row[1]
