"""What the processes tell each other, through the channel layer: best effort, in bounded time.

The process joins one group once, whatever the number of its sockets. Nothing here is needed
for anything to be right: what gets lost is found by chat.hub.checks within two seconds.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
from channels.layers import InMemoryChannelLayer, get_channel_layer

from chat.frames import Change, Held, Signal

logger = logging.getLogger(__name__)
GROUP = "changes"
PATIENCE = 0.5  # seconds for one publication
PAUSE = 2.0  # seconds without trying after one that failed
WAITING = 2000  # changes; more are dropped, and healed


class Packet(msgspec.Struct, array_like=True):
    origin: str
    changes: list[Change]
    signals: list[Signal]
    # What was added later has a default: in an upgrade older processes send without it.
    held: list[Held] = []


class Relay:
    def __init__(
        self,
        deliver: Callable[[list[Change]], None],
        pass_on: Callable[[Signal], None],
        hold: Callable[[Held], None],
    ) -> None:
        self.deliver = deliver
        self.pass_on = pass_on
        self.hold = hold
        self.origin = uuid4().hex
        self.changes: list[Change] = []
        self.signals: list[Signal] = []
        self.held: list[Held] = []
        self.something = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self.layer: Any = None
        self.is_up = True

    async def start(self) -> None:
        layer = get_channel_layer()
        if layer is None or isinstance(layer, InMemoryChannelLayer):
            return  # one process: there is nobody to tell
        self.layer = layer
        self.tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._listen())]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.layer is not None:
            try:
                await asyncio.wait_for(self.layer.flush(), PATIENCE)
            except Exception:
                logger.info("channel layer not closed")

    def publish(self, changes: list[Change]) -> None:
        if self.layer is not None and len(self.changes) < WAITING:
            self.changes += changes
            self.something.set()

    def publish_signal(self, signal: Signal) -> None:
        if self.layer is not None and len(self.signals) < WAITING:
            self.signals.append(signal)
            self.something.set()

    def publish_held(self, held: Held) -> None:
        if self.layer is not None and len(self.held) < WAITING:
            self.held.append(held)
            self.something.set()

    async def _send(self) -> None:
        while True:
            await self.something.wait()
            self.something.clear()
            packet = Packet(self.origin, self.changes, self.signals, self.held)
            self.changes, self.signals, self.held = [], [], []
            if not await self._published(msgspec.msgpack.encode(packet)):
                await asyncio.sleep(PAUSE)

    async def _published(self, packet: bytes) -> bool:
        try:
            message = {"type": "hub.packet", "packet": packet}
            await asyncio.wait_for(self.layer.group_send(GROUP, message), PATIENCE)
        except Exception as error:
            self._note(False, error)
            return False
        self._note(True, None)
        return True

    def _note(self, is_up: bool, error: Exception | None) -> None:
        if is_up != self.is_up:
            self.is_up = is_up
            state = "works again" if is_up else "is away; views are brought up to date by checks"
            logger.warning("channel layer %s", state, extra={"error": type(error).__name__})

    async def _listen(self) -> None:
        """On one channel for good: the layer would go on filling one that nobody reads."""
        channel = ""
        while True:
            try:
                channel = channel or await self.layer.new_channel()
                await self.layer.group_add(GROUP, channel)
                while True:
                    self._read(await self.layer.receive(channel))
            except Exception as error:
                self._note(False, error)
                await asyncio.sleep(1)

    def _read(self, message: dict[str, Any]) -> None:
        """What cannot be read, of another version's process perhaps, costs itself alone."""
        try:
            self._take(msgspec.msgpack.decode(message["packet"], type=Packet))
        except Exception:
            logger.exception("what another process told was not understood")

    def _take(self, packet: Packet) -> None:
        if packet.origin == self.origin:
            return
        self.deliver(packet.changes)
        for signal in packet.signals:
            self.pass_on(signal)
        for held in packet.held:
            self.hold(held)
