"""The members' socket, docs/protocol.md: /conversation/ws?email_id=…"""

import asyncio
import time
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user

from chat import access, member_frames
from chat.access import Participant
from chat.actions import members
from chat.actions.members import Seat
from chat.commands import MEMBER_COMMANDS, Command
from chat.consumers.base import SocketConsumer
from chat.database import in_database
from chat.errors import NotAllowed, Refused
from chat.frames import Frame, encode
from chat.hub import Hub, Inbox, MemberView, Reader, Socket, View
from chat.hub.socket import SESSION_OVER

_sessions = import_module(settings.SESSION_ENGINE)
LONGEST_WAIT = 24 * 3600.0  # seconds that a timer of the loop is set for
ANNOUNCED = ("everyone", "members")


def as_event(announcement: Frame) -> str:
    return encode(member_frames.announcement(announcement))


READER = Reader(as_event)


class MemberInbox(Inbox):
    """All shared conversations of one member, on one socket."""

    def __init__(self, hub: Hub, socket: Socket, participant: Participant) -> None:
        super().__init__(hub, socket, participant.key)
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self, seats: list[Seat]) -> None:
        """Shows what happens from now on; `seats` are as they were before the handshake ended."""
        self.join()
        for seat in seats:
            self._show(MemberView(self.socket, seat.conversation_id, seat.head, seat.version))

    def follow(self, conversation_id: int) -> None:
        if conversation_id in self.views or self.has_left:
            return
        view = MemberView(self.socket, conversation_id, 0, 0)
        self.views[conversation_id] = view
        self.hub.follow(view)
        task = asyncio.get_running_loop().create_task(self._come_in(view))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _come_in(self, view: MemberView) -> None:
        try:
            view.seq = await in_database(members.joined_at, view.conversation_id, self.key)
        except Exception:
            self.forget(view)
            raise
        view.newest = max(view.newest, 1)  # whatever has happened there is new
        view.start()

    def _show(self, view: MemberView) -> None:
        self.views[view.conversation_id] = view
        self.hub.follow(view)
        view.start()

    async def look_again(self) -> None:
        """What has happened between the handshake's look and the following."""
        for seat in await in_database(members.seats_of, self.key):
            view = self.views.get(seat.conversation_id)
            if view is None:
                self.follow(seat.conversation_id)
            elif seat.version > view.version:
                view.newest = max(view.newest, seat.version)
                view.heal()


class MemberConsumer(SocketConsumer):
    commands = MEMBER_COMMANDS
    inbox: MemberInbox | None = None
    over: asyncio.TimerHandle | None = None

    async def identify(self) -> tuple[Participant, list[tuple[bytes, bytes]]]:
        # A plus that was not encoded has become a space, which no address has.
        email = self.query("email_id").strip().lower().replace(" ", "+")
        token = self.header(b"authorization").removeprefix("Bearer ") or self.query("token")
        # Who sends no Origin is no browser of ours: no cookie counts.
        session_key = self.cookie(settings.SESSION_COOKIE_NAME) if self.header(b"origin") else ""
        participant, self.expires_at, self.seats = await in_database(
            _identify, email, token, session_key, self.address
        )
        return participant, []

    async def turn_away(self, refusal: Refused, code: int) -> None:
        await self.close()

    async def begin(self) -> None:
        assert self.socket is not None
        self.inbox = MemberInbox(self.hub, self.socket, self.participant)
        self.inbox.begin(self.seats)
        self.watch_the_clock()
        await self.inbox.look_again()
        await self.hear_announcements(self.socket)

    async def hear_announcements(self, socket: Socket) -> None:
        """What is valid, before the first command is answered, then what comes."""
        for one in await self.join_feed(*ANNOUNCED, reader=READER):
            self.put(member_frames.announcement(one))
        self.hub.feed.begin(socket)

    def watch_the_clock(self) -> None:
        """Closes the socket when its token is over."""
        if self.socket is None or not self.expires_at:
            return
        left = self.expires_at - time.time()
        if left <= 0:
            self.socket.close(SESSION_OVER, "The token has expired.")
            return
        loop = asyncio.get_running_loop()
        self.over = loop.call_later(min(left, LONGEST_WAIT), self.watch_the_clock)

    def header(self, name: bytes) -> str:
        return dict(self.scope["headers"]).get(name, b"").decode("latin-1")

    def refuse(self, refusal: Refused, command: Command | None) -> None:
        frame = {"type": "ERROR", "code": refusal.code, "detail": refusal.detail, **refusal.extra}
        self.put({**frame, **(command.reference() if command else {})})

    def view_of(self, public_id: str) -> View | None:
        return None

    def views(self) -> list[View]:
        return []

    async def leave(self) -> None:
        if self.over is not None:
            self.over.cancel()
        if self.inbox is not None:
            self.inbox.leave()
        await super().leave()


def _identify(
    email: str, token: str, session_key: str, address: str
) -> tuple[Participant, float, list[Seat]]:
    expires_at = 0.0
    if not access.is_address(email):
        raise NotAllowed("email_id is no e-mail address.")
    if token:
        participant, expires_at = access.bearer(token, email, address)
    else:
        session: Any = _sessions.SessionStore(session_key or None)
        user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
        participant = access.member(session, user, email, address)
    return participant, expires_at, members.seats_of(participant.key)
