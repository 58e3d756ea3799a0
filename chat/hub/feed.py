"""Announcements on their way: each process follows their log once, for all its sockets."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chat import announcements
from chat.database import in_database
from chat.frames import Audience, Change, Frame, encode
from chat.hub.backlog import Backlog, backlog
from chat.hub.socket import Socket
from chat.hub.view import Texts, View

Render = Callable[[Frame], str]
Told = Callable[[str], None]
Whose = Callable[[], str]
READER = Audience()
NO_SOCKET: Any = None  # a process's view of the log writes to those of its readers


def as_event(announcement: Frame) -> str:
    """The `announcement` event of the browsers' sockets."""
    return encode({"type": "announcement", "announcement": announcement})


@dataclass(frozen=True, slots=True)
class Reader:
    """How a socket is told: `render` makes the text ("" for none), shared by all that have the
    same one; `told` hears the id of what was written, for who cannot say so itself; `whose` is the
    author_key of who is not told what they announced."""

    render: Render = as_event
    told: Told | None = None
    whose: Whose | None = None


BROWSER = Reader()


class Feed:
    """Which sockets are told what, by audience. For the hub's event loop."""

    def __init__(self, follow: Callable[[View], None], leave: Callable[[View], None]) -> None:
        self.follow_log, self.leave_log = follow, leave
        self.readers: dict[str, dict[Socket, Reader]] = {}
        self.audiences: dict[Socket, tuple[str, ...]] = {}
        self.held: dict[Socket, list[tuple[Frame, str]]] = {}
        self.view: FeedView | None = None
        self.starting = asyncio.Lock()

    async def join(
        self, socket: Socket, audiences: Iterable[str], reader: Reader = BROWSER
    ) -> None:
        """From `begin` on the socket gets what has been announced to these audiences since now.

        Join first, then read what is valid (chat.announcements.current), send that, and begin:
        nothing can fall in between, and nothing comes before what a connection begins with.
        """
        self.leave_audiences(socket)
        self.held[socket] = []
        self.audiences[socket] = tuple(audiences)
        for audience in self.audiences[socket]:
            self.readers.setdefault(audience, {})[socket] = reader
        await self.follow()

    def begin(self, socket: Socket, known: Iterable[Frame] = ()) -> None:
        """Tells what has come since `join`, but for what the socket has been sent as `known`."""
        revisions = {one["id"]: one["revision"] for one in known}
        held = self.held.pop(socket, [])
        reader = self.reader_of(socket)
        for one, author in held:
            if reader is not None and one["revision"] > revisions.get(one["id"], 0):
                self.tell(socket, reader, one, author, {})

    def reader_of(self, socket: Socket) -> Reader | None:
        for audience in self.audiences.get(socket, ()):
            return self.readers[audience].get(socket)
        return None

    async def follow(self) -> None:
        async with self.starting:
            if self.view is None and self.audiences:
                row = await in_database(announcements.feed)
                view = self.view = FeedView(self, row.pk)
                self.follow_log(view)
                try:
                    view.started(await in_database(backlog, row.pk, None))
                except BaseException:
                    # Who comes next tries again: left like this it would wait for ever.
                    self.leave_log(view)
                    self.view = None
                    raise

    def leave(self, socket: Socket) -> None:
        self.leave_audiences(socket)
        self.held.pop(socket, None)
        if not self.audiences and self.view is not None:
            self.leave_log(self.view)
            self.view = None

    def leave_audiences(self, socket: Socket) -> None:
        for audience in self.audiences.pop(socket, ()):
            self.readers[audience].pop(socket, None)

    def show(self, audience: str, announcement: Frame, author: str = "") -> None:
        """Writes it to every socket of the audience; each form of it is made once."""
        texts: dict[Render, str] = {}
        for socket, reader in tuple(self.readers.get(audience, {}).items()):
            if socket in self.held:
                self.held[socket].append((announcement, author))
            else:
                self.tell(socket, reader, announcement, author, texts)

    def tell(
        self,
        socket: Socket,
        reader: Reader,
        announcement: Frame,
        author: str,
        texts: dict[Render, str],
    ) -> None:
        if reader.whose is not None and reader.whose() == author:
            return
        text = texts.get(reader.render)
        if text is None:
            text = texts[reader.render] = reader.render(announcement)
        if not text:
            return
        socket.put(text)
        if reader.told is not None:
            reader.told(announcement["id"])


class FeedView(View):
    """Follows the announcements' log as a socket follows a conversation, gaps healed alike."""

    __slots__ = ("feed",)

    def __init__(self, feed: Feed, conversation_id: int) -> None:
        super().__init__(NO_SOCKET, conversation_id, READER, False)
        self.feed = feed

    def show(self, change: Change, texts: Texts) -> None:
        for posted in change.messages:
            if posted.seq > self.seq and posted.data:
                data = posted.data
                self.feed.show(data["audience"], data["announcement"], data.get("author", ""))

    def fell_behind(self, found: Backlog) -> None:
        """The newest are told; who missed the others gets what is valid when it comes back."""
        self.show(found.as_change(), {})
        self.started(found)
