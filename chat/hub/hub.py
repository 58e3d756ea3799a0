"""The table of which sockets show which conversation, and the way of a change to them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable

from chat.frames import PRESENCE, Change, Held, Signal
from chat.hub.announcement_lists import AnnouncementLists
from chat.hub.checks import Checks
from chat.hub.feed import Feed
from chat.hub.inbox import Inboxes
from chat.hub.layer import Relay
from chat.hub.lists import Lists
from chat.hub.socket import RESTARTING, Socket
from chat.hub.streams import Streams
from chat.hub.view import Texts, View

logger = logging.getLogger(__name__)


class Hub:
    """One a process. All methods but the `*_threadsafe` ones are for its event loop."""

    running: "Hub | None" = None

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.views: dict[int, set[View]] = defaultdict(set)
        self.listeners: list[Callable[[Change], None]] = []
        self.stop_listeners: list[Callable[[int], None]] = []
        self.lists = Lists()
        self.feed = Feed(self.follow, self.leave)
        self.announcement_lists = AnnouncementLists()
        self.streams = Streams()
        self.relay = Relay(self.deliver, self.pass_on, self.held)
        self.inboxes = Inboxes(self.relay.origin)
        self.checks = Checks(self)
        self.is_draining = False

    async def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        Hub.running = self
        await self.relay.start()
        self.checks.start()
        self.lists.start()
        self.announcement_lists.start()

    async def stop(self) -> None:
        if Hub.running is self:
            Hub.running = None
        await asyncio.gather(
            self.checks.stop(),
            self.lists.stop(),
            self.announcement_lists.stop(),
            self.relay.stop(),
        )
        await self.inboxes.stop()

    # ── who is here ──
    def connect(self, socket: Socket) -> None:
        self.sockets.add(socket)

    def disconnect(self, socket: Socket, views: Iterable[View]) -> None:
        self.sockets.discard(socket)
        self.lists.leave(socket)
        self.announcement_lists.leave(socket)
        self.feed.leave(socket)
        for view in views:
            self.leave(view)

    def follow(self, view: View) -> None:
        """Subscribe first, read the backlog then: nothing can fall between the two."""
        self.views[view.conversation_id].add(view)

    def leave(self, view: View) -> None:
        followers = self.views.get(view.conversation_id)
        if followers is not None:
            followers.discard(view)
            if not followers:
                del self.views[view.conversation_id]

    # ── what happened ──
    def announce(self, changes: list[Change]) -> None:
        """Shows committed changes to this process's sockets, then tells the others once."""
        self.deliver(changes)
        self.relay.publish(changes)

    def announce_threadsafe(self, changes: list[Change]) -> None:
        self.loop.call_soon_threadsafe(self.announce, changes)

    def signal_threadsafe(self, signal: Signal) -> None:
        self.loop.call_soon_threadsafe(self.signal, signal)

    def deliver(self, changes: list[Change]) -> None:
        for change in changes:
            views = self.views.get(change.conversation)
            if views:
                texts: Texts = {}
                for view in tuple(views):
                    view.receive(change, texts)
            if change.standing is not None:
                self.checks.queue_moved()
            if change.joined is not None:
                self.inboxes.invite(change)
            for listener in self.listeners:
                listener(change)
            if self.streams.newest:
                self.streams.changed(change)
        self.lists.changed(change.conversation for change in changes)

    def signal(self, signal: Signal) -> None:
        """Shows something passing here and in the other processes."""
        self.pass_on(signal)
        self.relay.publish_signal(signal)

    def pass_on(self, signal: Signal) -> None:
        if signal.conversation == PRESENCE.conversation:
            self.checks.presence_moved()
            return
        if not signal.frame:
            for stop in self.stop_listeners:
                stop(signal.conversation)
            return
        self.streams.hear(signal)
        for view in tuple(self.views.get(signal.conversation, ())):
            view.pass_on(signal)

    def held(self, held: Held) -> None:
        self.inboxes.hold(held.key, held.token)

    def announce_held(self, held: Held) -> None:
        """Says here and in the other processes which socket holds a member."""
        self.held(held)
        self.relay.publish_held(held)

    def announce_held_threadsafe(self, held: Held) -> None:
        self.loop.call_soon_threadsafe(self.announce_held, held)

    # ── stopping ──
    async def close_all(self, patience: float = 2.0) -> None:
        """Closes every socket with RESTARTING once what is queued for it is written."""
        writing = [socket.task for socket in self.sockets]
        for socket in tuple(self.sockets):
            socket.close(RESTARTING, "The server is restarting.")
        if writing:
            await asyncio.wait(writing, timeout=patience)
