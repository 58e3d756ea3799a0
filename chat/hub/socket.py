"""One open WebSocket as the hub sees it: a bounded queue, and who sits at the other end."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)
WAITING_FRAMES = 1000

TOO_SLOW = 4009
SESSION_OVER = 4001
NOT_ALLOWED = 4003
TOO_MANY = 4008
RESTARTING = 1012
TOO_BIG = 1009


def never(text: str) -> bool:
    """For servers that write only by `send`."""
    return False


class Socket:
    """Frames for one WebSocket, written in order: at once where the server can and the reader
    keeps up, else by a task of its own.

    A reader that does not read costs at most WAITING_FRAMES frames: then the socket is closed
    with TOO_SLOW, and its client catches up when it comes back.
    """

    __slots__ = ("closing", "frames", "participant", "send", "task", "waiter", "write_now")

    def __init__(
        self,
        participant: Any,
        send: Callable[[dict[str, Any]], Awaitable[None]],
        write_now: Callable[[str], bool] = never,
    ) -> None:
        """`write_now` writes a frame and says True, or says False: then `send` has to wait."""
        self.participant = participant
        self.send = send
        self.write_now = write_now
        self.frames: deque[str] = deque()
        self.closing: tuple[int, str] | None = None
        self.waiter: asyncio.Future[None] | None = None
        self.task = asyncio.get_running_loop().create_task(self._write())

    def put(self, text: str) -> None:
        """Writes or queues a frame; from the event loop only."""
        if self.closing is not None:
            return
        if not self.frames and self.write_now(text):
            return
        self.frames.append(text)
        if len(self.frames) > WAITING_FRAMES:
            self.frames.clear()
            self.close(TOO_SLOW, "This connection reads too slowly.")
        self._wake()

    def close(self, code: int, reason: str = "") -> None:
        """Closes once the queued frames are written."""
        if self.closing is None:
            self.closing = (code, reason)
            self._wake()

    def _wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        frames, send = self.frames, self.send
        try:
            while True:
                while frames:
                    # In the queue until it is written: so nothing overtakes it.
                    await send({"type": "websocket.send", "text": frames[0]})
                    if frames:
                        frames.popleft()
                if self.closing is not None:
                    code, reason = self.closing
                    await send({"type": "websocket.close", "code": code, "reason": reason})
                    return
                self.waiter = loop.create_future()
                await self.waiter
        except OSError:
            pass  # the peer is gone: the consumer hears of it through its disconnect
        finally:
            self.closing = self.closing or (1006, "")
            frames.clear()

    async def gone(self) -> None:
        """Ends the writing task; what it had not written is caught up by the next socket."""
        self.closing = self.closing or (1006, "")
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
