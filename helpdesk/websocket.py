"""The sockets of `manage.py serve`: uvicorn's protocol with a short way for plain text frames.

Handshake, control frames, fragments, closing and everything that is wrong stay with uvicorn and
the `websockets` library. What nearly every frame is, a whole text of up to 64 KiB, is cut from
the stream and written to it here, as RFC 6455 says in 5.2: the library's way through a frame
object and a generator, and uvicorn's through a queue that stops the reading for each frame, cost
two thirds of the time of a delivered message.
"""

import asyncio
from collections import deque
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask

# Offered in scope["extensions"]: {"now": Callable[[str], bool]}, see Protocol.write_now.
WRITE = "helpdesk.write"

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A  # first bytes: final, nothing extended
MASKED = 0x80
# Sockets whose client is told by a line that a frame was too large, where others are closed: so
# much is read first.
PATIENT = {"/": 1024 * 1024}
UNREAD = 16  # frames that wait for the application before reading stops


class Unread:
    """What asyncio.Queue is to uvicorn here, for one reader."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.events: deque[Any] = deque()
        self.waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        self.events.append(event)
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def get(self) -> Any:
        while not self.events:
            self.waiter = self.loop.create_future()
            await self.waiter
        return self.events.popleft()

    def empty(self) -> bool:
        return not self.events


class Protocol(WebSocketsSansIOProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Unread(self.loop)  # type: ignore[assignment]
        self.rest = b""  # the beginning of a frame
        self.is_cutting = True  # False: the library reads what comes, to the end

    # ── in ──
    def data_received(self, data: bytes) -> None:
        if not self.handshake_complete:
            # One request, then nothing until it is answered; who sends more is the library's.
            self.is_cutting = not self.handshake_initiated
            super().data_received(data)
        elif self.is_cutting and not self.close_sent:
            self.cut(self.rest + data if self.rest else data)
        else:
            self.leave_to_library(self.rest + data)

    def leave_to_library(self, data: bytes) -> None:
        self.is_cutting, self.rest = False, b""
        super().data_received(data)

    def cut(self, data: bytes) -> None:
        """Takes whole frames off the data, and keeps the rest."""
        start, size = 0, len(data)
        while size - start >= 2:
            first, length, key = data[start], data[start + 1] ^ MASKED, start + 2
            if length == 126:
                key += 2
                length = int.from_bytes(data[start + 2 : key], "big")
            end = key + 4 + length
            if not self.is_plain(first, data[start + 1], length):
                self.leave_to_library(data[start:])
                return
            if end > size:
                break
            if first != TEXT or not self.take(data[key + 4 : end], data[key : key + 4]):
                super().data_received(data[start:end])
                if self.close_sent or self.transport.is_closing():
                    return
            start = end
        self.rest = data[start:]

    def is_plain(self, first: int, second: int, length: int) -> bool:
        """Whether a frame that begins with these bytes is one to be cut off here."""
        if first == TEXT:
            return MASKED <= second < 0xFF and length <= self.config.ws_max_size
        return first in (CLOSE, PING, PONG) and MASKED <= second < 0xFE

    def take(self, payload: bytes, key: bytes) -> bool:
        """Hands a text to the application; False where it is none."""
        try:
            text = apply_mask(payload, key).decode()
        except UnicodeDecodeError:
            return False
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if len(self.queue.events) > UNREAD and not self.read_paused:  # type: ignore[attr-defined]
            self.read_paused = True
            self.transport.pause_reading()
        return True

    # ── out ──
    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            self.scope["extensions"][WRITE] = {"now": self.write_now}
            most = PATIENT.get(self.scope["path"])
            if most is not None:
                self.conn.max_message_size = most

    def write_now(self, text: str) -> bool:
        """Writes a text frame at once, or says False: `send` it, and wait or hear why not."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(framed(text))
        return True


def framed(text: str) -> bytes:
    """A text as an unmasked frame, made once for all sockets that get the very same text."""
    global _last
    if text is not _last[0]:
        _last = (text, head(payload := text.encode()) + payload)
    return _last[1]


_last = ("", b"\x81\0")


def head(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((TEXT, size))
    if size < 65536:
        return bytes((TEXT, 126, size >> 8, size & 255))
    return bytes((TEXT, 127)) + size.to_bytes(8, "big")
