"""The devices' socket, docs/protocol.md: at / and on a port of its own. Plain text out."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.crypto import constant_time_compare

from chat import announcements, limits
from chat.access import Participant
from chat.actions import devices, receipts
from chat.actions.delivery import DeviceInbox
from chat.actions.device_messages import Seat, seats_of
from chat.commands.device import DeviceFrame, parse
from chat.consumers.base import SocketConsumer
from chat.database import in_database
from chat.errors import Refused
from chat.frames import Frame
from chat.hub import DeviceSocket, Reader
from chat.log.writer import Restarting
from chat.models import Device
from chat.models.announcement import Noticed
from chat.models.device import State

logger = logging.getLogger(__name__)
ANNOUNCED = ("everyone", "devices")
ASK_AGAIN = 1.0  # seconds between two looks whether an agent has let the name in
LET_GO_AGAIN = 1.0  # seconds, where that a device has left could not be stored
# Where what a page is told is no help to a device.
WORDS = {
    "restarting": "the server is restarting; connect again and send it again.",
    "not_saved": "this could not be saved; send it again.",
    "internal": "something went wrong here; send it again.",
}


def as_line(announcement: Frame) -> str:
    """As any message; one that is withdrawn cannot be taken back from a device."""
    if announcement["withdrawn"]:
        return ""
    return f"Message from {announcement['from']}: {announcement['text']}"


class DeviceConsumer(SocketConsumer):
    """One socket, of at most one device at a time."""

    socket: DeviceSocket | None
    socket_class = DeviceSocket

    async def identify(self) -> tuple[Participant, list[tuple[bytes, bytes]]]:
        self.token = uuid4().hex
        self.nobody = Participant(f"socket:{self.token}", address=self.address)
        self.inbox: DeviceInbox | None = None
        self.key_hash = ""
        self.gave_up: set[int] = set()
        self.asking: asyncio.Task[None] | None = None
        return self.nobody, []

    async def turn_away(self, refusal: Refused, code: int) -> None:
        await self.accept()
        await self.send(text_data=f"Error: {refusal.detail}")
        await self.close(code, refusal.detail)

    # ── frames ──
    async def take(self, text: str | None) -> None:
        """Carries out one frame; whatever is wrong with it becomes a line."""
        if self.socket is None or self.socket.closing is not None:
            return
        try:
            limits.count_frame(self.participant, self.address)
            frame: DeviceFrame = parse(text)
            if self.hub.is_draining:
                raise Restarting
            await frame.run(self)
        except Refused as refusal:
            self.refuse(refusal, None)
        except Exception:
            logger.exception("a device's frame failed")
            self.refuse(Refused("internal", ""), None)

    def refuse(self, refusal: Refused, command: Any) -> None:
        detail = WORDS.get(refusal.code, refusal.detail)
        self.say(f"Error: {detail[:1].lower()}{detail[1:]}")

    def say(self, line: str) -> None:
        if self.socket is not None:
            self.socket.put(line)

    # ── who this is ──
    async def register(self, name: object, last_key: str) -> None:
        try:
            key = await self.take_name(name, last_key)
        except devices.NotRegistered as refused:
            self.say("Could Not Register Your Device Successfully")
            if refused.is_asking:
                self.ask_for(refused.name)
        else:
            await self.show_waiting(key)

    async def take_name(self, name: object, last_key: str) -> str:
        """The new key. Raises NotRegistered."""
        await self.hub.inboxes.beat()
        process, gave_up = self.hub.inboxes.process, set(self.gave_up)
        async with self.listening():
            registering = asyncio.ensure_future(
                in_database(_register, name, self.token, process, gave_up, last_key)
            )
            try:
                device, key, seats = await asyncio.shield(registering)
            except asyncio.CancelledError:
                if not (gave_up or last_key):
                    await _give_back(registering)
                raise
            self.sit_down(device, devices.hashed(key), seats)
        return key

    async def show_waiting(self, key: str) -> None:
        assert self.inbox is not None
        self.say(f"Device Successfully Registered. Note down your api_key: {key}")
        await self.open(self.inbox)

    async def is_known(self, key: str | None) -> bool:
        is_here = self.inbox is not None and not self.inbox.has_left
        if key is None or (is_here and constant_time_compare(devices.hashed(key), self.key_hash)):
            return is_here
        await self.hub.inboxes.beat()
        async with self.listening():
            found = await in_database(_resume, key, self.token, self.hub.inboxes.process)
            if found is None:
                return False
            device, seats = found
            self.sit_down(device, device.key_hash, seats)
        assert self.inbox is not None
        await self.open(self.inbox)
        return True

    async def open(self, inbox: DeviceInbox) -> None:
        """Shows what waits and what is announced, then what comes."""
        with self.whole_or_anew():
            await inbox.open(self.seats)
            await self.hear_announcements()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Keeps what is announced while a device sits down here, for hear_announcements: nobody
        says again what was said to those that are connected. Where none does, all is as before."""
        socket, before = self.socket, self.inbox
        reader = Reader(as_line, self.was_told, lambda: self.participant.key)
        try:
            if socket is not None:
                await self.hub.feed.join(socket, ANNOUNCED, reader)
            yield
        finally:
            if socket is not None and self.inbox is before:
                if before is None:
                    self.hub.feed.leave(socket)
                else:
                    self.hub.feed.begin(socket)

    async def hear_announcements(self) -> None:
        """What is valid and was never written to this device, then what comes."""
        socket, key = self.socket, self.participant.key
        if socket is None:
            return
        found = await in_database(announcements.current, key, ANNOUNCED)
        for one in found:
            if not one["state"]:
                socket.put(as_line(one))
                self.was_told(one["id"])
        self.hub.feed.begin(socket, found)

    def was_told(self, announcement: str) -> None:
        receipts.note(self.participant, announcement, Noticed.REACHED)

    def sit_down(self, device: Device, key_hash: str, seats: list[Seat]) -> None:
        """This socket is the device's from now on."""
        assert self.socket is not None
        before, self.inbox = self.inbox, None
        if before is not None:
            before.leave()
        if self.asking is not None and self.asking is not asyncio.current_task():
            self.asking.cancel()
        self.asking = None
        self.participant = replace(self.nobody, key=device.key, name=device.name)
        self.key_hash, self.seats = key_hash, seats
        self.inbox = DeviceInbox(self.hub, self.socket, self.participant, self.token)
        logger.info("%s is on %s", device.key, self.nobody.log_id)

    async def give_up(self) -> None:
        assert self.inbox is not None
        inbox, self.inbox = self.inbox, None
        inbox.leave()
        if self.socket is not None:
            self.hub.feed.leave(self.socket)
        self.participant, self.key_hash = self.nobody, ""
        await inbox.settled()
        await in_database(devices.disconnect, _pk(inbox), self.token)
        self.gave_up.add(_pk(inbox))

    # ── waiting to be let in ──
    def ask_for(self, name: str) -> None:
        if self.asking is not None:
            self.asking.cancel()
        self.asking = asyncio.get_running_loop().create_task(self.wait_for(name))

    async def wait_for(self, name: str) -> None:
        """Registers as soon as an agent has let the name in, while the socket is there."""
        while True:
            if await self.has_come_in(name):
                return
            await asyncio.sleep(ASK_AGAIN)

    async def has_come_in(self, name: str) -> bool:
        """Whether there is nothing left to wait for."""
        try:
            if not await in_database(_is_allowed, name):
                return False
            key = await self.take_name(name, "")
        except devices.NotRegistered:
            return True  # another was quicker
        except Exception:
            logger.exception("a device that asks to be let in waits on")
            return False
        await self.show_waiting(key)
        return True

    # ── going ──
    async def leave(self) -> None:
        if self.socket is None:
            return
        if self.asking is not None:
            self.asking.cancel()
        inbox, self.inbox = self.inbox, None
        who, self.participant = self.participant, self.nobody  # as the limits have counted it
        try:
            is_over = inbox is None or await self.let_go(inbox, who)
        finally:
            await super().leave()
        while inbox is not None and not is_over and not self.hub.is_draining:
            await asyncio.sleep(LET_GO_AGAIN)
            is_over = await self.let_go(inbox, who)

    async def let_go(self, inbox: DeviceInbox, who: Participant) -> bool:
        """Whether it is stored that the device is not here; else nobody would write to it later."""
        try:
            await inbox.settled()
            inbox.leave()
            await receipts.write_those_of(who)
            await in_database(devices.let_go, _pk(inbox), self.token)
        except Exception:
            logger.exception("a device that left counts as here")
            return False
        return True

    def views(self) -> list[Any]:
        return []


def _pk(inbox: DeviceInbox) -> int:
    return int(inbox.key.partition(":")[2])


def _register(
    name: object, token: str, process: str, gave_up: set[int], last_key: str
) -> tuple[Device, str, list[Seat]]:
    """With the seats as they were before anybody could know that the device is here."""
    with transaction.atomic():
        try:
            device, key = devices.register(name, token, process, gave_up=gave_up, last_key=last_key)
        except devices.NotRegistered as refused:
            refusal = refused
        else:
            return device, key, seats_of(device.key)
    raise refusal


def _resume(key: str, token: str, process: str) -> tuple[Device, list[Seat]] | None:
    with transaction.atomic():
        device = devices.resume(key, token, process)
        return (device, seats_of(device.key)) if device else None


async def _give_back(registering: asyncio.Future[tuple[Device, str, list[Seat]]]) -> None:
    """The name is as it was before, when it was free: nobody is there to be told its key."""
    try:
        device, _, _ = await registering
        await in_database(devices.give_back, device)
    except devices.NotRegistered:
        pass
    except Exception:
        logger.exception("a name is registered and nobody has its key")


def _is_allowed(name: str) -> bool:
    return Device.objects.filter(name=name, state=State.ALLOWED).exists()
