"""The authors' list of announcements, kept live: read once a second for all who look at it."""

import asyncio
from contextlib import suppress

from chat import announcements
from chat.database import in_database
from chat.frames import encode
from chat.hub.showing import Showing
from chat.hub.socket import Socket

EVERY = 1.0


class AnnouncementLists(Showing):
    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[Socket, str] = {}

    def join(self, socket: Socket) -> None:
        """Shows the list at once, and again whenever it has changed."""
        self.shown[socket] = ""
        self.something.set()

    def leave(self, socket: Socket) -> None:
        self.shown.pop(socket, None)

    async def wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.something.wait(), EVERY if self.shown else None)

    async def show(self) -> None:
        if not self.shown:
            return
        found = await in_database(announcements.listed)
        text = encode({"type": "announcement_list", "announcements": found})
        for socket, before in tuple(self.shown.items()):
            if text != before:
                self.shown[socket] = text
                socket.put(text)
