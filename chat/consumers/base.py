"""What every socket has in common: who is there, one command after the other, a clean end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http.cookie import parse_cookie
from django.utils.translation.trans_real import parse_accept_lang_header

from chat import announcements, limits
from chat.access import Participant
from chat.actions.messages import post_message
from chat.commands import Command, parse
from chat.commands.base import Decoders
from chat.database import in_database
from chat.errors import Refused, SessionOver
from chat.frames import Frame, encode
from chat.hub import BROWSER, Hub, Reader, Socket, View
from chat.hub.socket import NOT_ALLOWED, RESTARTING, SESSION_OVER, TOO_BIG, TOO_MANY, never
from chat.log import Item, Receipt
from chat.log.writer import Restarting
from chat.models.conversation import LONGEST_LANGUAGES

logger = logging.getLogger(__name__)
LONGEST_FRAME = 64 * 1024
IN_HAND = 32  # commits that one socket may wait for before its next frame is read


class SocketConsumer(AsyncWebsocketConsumer):
    """A thin end of a socket: frames become commands, the hub writes what comes back.

    It joins no channel-layer group, because the process's hub does so once for all sockets,
    and none of its handlers touches the ORM on the way of a frame.
    """

    commands: Decoders
    socket_class: type[Socket] = Socket

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.scope, self.base_send = scope, send
        self.participant: Participant
        self.socket: Socket | None = None
        self.in_hand = 0
        self.room: asyncio.Future[None] | None = None
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                if event["type"] == "websocket.receive":
                    await self.take(event.get("text"))
                else:
                    await self.welcome()
        finally:
            await self.leave()

    # ── coming ──
    async def welcome(self) -> None:
        """Finds out who this is, accepts the socket, shows what it is to show."""
        running = Hub.running
        if running is None or running.is_draining:
            await self.close()
            return
        self.hub = running
        try:
            self.participant, headers = await self.identify()
            limits.open_socket(self.participant)
        except Refused as refusal:
            codes = {limits.TooMany: TOO_MANY, SessionOver: SESSION_OVER}
            await self.turn_away(refusal, codes.get(type(refusal), NOT_ALLOWED))
            return
        try:
            await self.accept(headers=headers)
        except BaseException:
            limits.close_socket(self.participant)  # gone before it was there
            raise
        self.socket = self.socket_class(self.participant, self.base_send, self.write_now())
        self.hub.connect(self.socket)
        logger.info("socket of %s open", self.participant.log_id)
        await self.begin()

    def write_now(self) -> Callable[[str], bool]:
        """How to write a frame without waiting, where the server offers it: helpdesk.websocket."""
        offered = self.scope.get("extensions") or {}
        return offered.get("helpdesk.write", {}).get("now", never)

    async def identify(self) -> tuple[Participant, list[tuple[bytes, bytes]]]:
        """The participant, and headers for the handshake. Raises Refused."""
        raise NotImplementedError

    async def begin(self) -> None:
        """Sends what comes first."""

    async def turn_away(self, refusal: Refused, code: int) -> None:
        """Accepts only to say why not: a refused handshake tells a browser nothing."""
        await self.accept()
        await self.send(text_data=encode(refusal.frame()))
        await self.close(code, refusal.detail)

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def languages(self) -> str:
        """What the browser asks for, best first: "de-at,de,en"; "" of who asks for none."""
        asked = [value for name, value in self.scope["headers"] if name == b"accept-language"]
        return languages_of(asked[0].decode("latin-1")) if asked else ""

    def query(self, name: str) -> str:
        values = parse_qs(self.scope["query_string"].decode("latin-1")).get(name, [""])
        return values[0]

    def cookie(self, name: str) -> str:
        for header, value in self.scope["headers"]:
            if header == b"cookie":
                # SimpleCookie gives up at what another site on this host may have set.
                return str(parse_cookie(value.decode("latin-1")).get(name, ""))
        return ""

    async def join_feed(self, *audiences: str, reader: Reader = BROWSER) -> list[Frame]:
        """What is valid already; what is announced from now on comes after `hub.feed.begin`."""
        assert self.socket is not None
        await self.hub.feed.join(self.socket, audiences, reader)
        return await in_database(announcements.current, self.participant.key, audiences)

    @contextmanager
    def whole_or_anew(self) -> Iterator[None]:
        """What could not be read is asked for again on a new connection, by the client itself.

        A view that never got its backlog would otherwise wait for it for ever.
        """
        try:
            yield
        except Refused:
            raise
        except Exception:
            if self.socket is not None:
                self.socket.close(RESTARTING, "Something could not be read; please reconnect.")
            raise

    # ── commands ──
    async def take(self, text: str | None) -> None:
        """Carries out one frame; whatever is wrong with it becomes an error frame."""
        if self.socket is None or self.socket.closing is not None:
            return  # whose session is over says nothing more, closed on their side or not
        if text is not None and len(text) > LONGEST_FRAME:
            # As uvicorn does where it counts first; daphne does not count.
            self.socket.close(TOO_BIG, "A frame has at most 64 KiB.")
            return
        command: Command | None = None
        try:
            command = parse(text, self.commands)
            if self.hub.is_draining:
                raise Restarting
            if command.is_counted and not self.participant.is_agent:
                limits.count_command(self.participant)
            await command.run(self)
        except Refused as refusal:
            self.refuse(refusal, command)
        except Exception:
            logger.exception("command failed", extra={"command": type(command).__name__})
            self.refuse(Refused("internal", "Something went wrong here. Try again."), command)

    async def post(self, entry: Item, command: Command, conversation: str = "") -> None:
        self.in_hand += 1
        post_message(entry, partial(self.posted, command, conversation))
        if self.in_hand >= IN_HAND:
            self.room = asyncio.get_running_loop().create_future()
            await self.room

    def posted(self, command: Command, conversation: str, outcome: Receipt | Refused) -> None:
        self.in_hand -= 1
        if self.room is not None and not self.room.done():
            self.room.set_result(None)
        if isinstance(outcome, Refused):
            self.refuse(outcome, command)
        else:
            self.acknowledge(outcome, command, conversation)

    def acknowledge(self, receipt: Receipt, command: Command, conversation: str) -> None:
        """The message's own frame acknowledges it; a retry's frame went out long ago."""
        view = self.view_of(conversation)
        if receipt.posted is not None and (receipt.was_there or view is None):
            audience = self.audience
            self.put(audience.live(receipt.posted, conversation))

    def refuse(self, refusal: Refused, command: Command | None) -> None:
        self.put({**refusal.frame(), **(command.reference() if command else {})})

    def put(self, frame: Frame) -> None:
        if self.socket is not None:
            self.socket.put(encode(frame))

    def view_of(self, public_id: str) -> View | None:
        raise NotImplementedError

    def views(self) -> list[View]:
        raise NotImplementedError

    # ── going ──
    async def leave(self) -> None:
        if self.socket is None:
            return
        socket, self.socket = self.socket, None
        self.hub.disconnect(socket, self.views())
        limits.close_socket(self.participant)
        logger.info("socket of %s closed", self.participant.log_id)
        await socket.gone()


def languages_of(header: str) -> str:
    """The codes of an Accept-Language header, best first, with commas between them."""
    asked = [code for code, quality in parse_accept_lang_header(header) if code != "*" and quality]
    while len(together := ",".join(asked)) > LONGEST_LANGUAGES:
        asked.pop()
    return together


def session_cookie(session: SessionBase) -> list[tuple[bytes, bytes]]:
    """The handshake header that hands a new visitor its session."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    morsel = cookie[settings.SESSION_COOKIE_NAME]
    morsel["path"], morsel["max-age"] = "/", str(settings.SESSION_COOKIE_AGE)
    morsel["httponly"], morsel["samesite"] = True, settings.SESSION_COOKIE_SAMESITE
    morsel["secure"] = settings.SESSION_COOKIE_SECURE
    return [(b"set-cookie", morsel.OutputString().encode("latin-1"))]
