"""The authors' list of announcements, kept live: read once a second for all who look at it."""

import asyncio
import logging
from contextlib import suppress

from chat import announcements
from chat.database import in_database
from chat.frames import encode
from chat.hub.socket import Socket

logger = logging.getLogger(__name__)
EVERY = 1.0


class AnnouncementLists:
    def __init__(self) -> None:
        self.shown: dict[Socket, str] = {}
        self.something = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def join(self, socket: Socket) -> None:
        """Shows the list at once, and again whenever it has changed."""
        self.shown[socket] = ""
        self.something.set()

    def leave(self, socket: Socket) -> None:
        self.shown.pop(socket, None)

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.something.wait(), EVERY if self.shown else None)
            self.something.clear()
            try:
                await self._show()
            except Exception:
                logger.exception("announcements not shown")

    async def _show(self) -> None:
        if not self.shown:
            return
        found = await in_database(announcements.listed)
        text = encode({"type": "announcement_list", "announcements": found})
        for socket, before in tuple(self.shown.items()):
            if text != before:
                self.shown[socket] = text
                socket.put(text)
