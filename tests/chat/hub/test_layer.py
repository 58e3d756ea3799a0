"""What processes tell each other, through a real Redis."""

import asyncio
import contextlib

import msgspec
import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from chat.frames import Change, Held, Posted, Signal
from chat.hub import layer
from chat.hub.layer import Relay
from tests.chat.hub.sockets import until
from tests.services.patience import EVENTUALLY, within

CHANGE = Change(
    7, "alice", 1, 2, 2, [Posted(2, "bot", "bot", "Bot", "bot:1", "hi ✓", "T", data={"a": [1]})]
)
TYPING = Signal(7, {"type": "typing", "sender": "bot", "on": True})


class Process:
    """A relay with what it was told by others."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.signals: list[Signal] = []
        self.held: list[Held] = []
        self.relay = Relay(self.changes.extend, self.signals.append, self.held.append)


@pytest.fixture
def through_redis(redis, monkeypatch):
    monkeypatch.setattr(
        layer, "get_channel_layer", lambda: RedisPubSubChannelLayer(hosts=[redis.url])
    )
    monkeypatch.setattr(layer, "PAUSE", 0.1)
    return redis


@contextlib.asynccontextmanager
async def two_processes():
    here, there = Process(), Process()
    await here.relay.start()
    await there.relay.start()
    try:
        await meet(here, there)
        yield here, there
    finally:
        await here.relay.stop()
        await there.relay.stop()


async def meet(here, there) -> None:
    """Subscribing takes a moment."""
    deadline = asyncio.get_running_loop().time() + EVENTUALLY
    while not (there.signals and here.signals):
        here.relay.publish_signal(TYPING)
        there.relay.publish_signal(TYPING)
        await asyncio.sleep(0.05)
        assert asyncio.get_running_loop().time() < deadline
    await asyncio.sleep(0.1)
    here.signals.clear()
    there.signals.clear()


async def test_a_change_reaches_the_other_process_as_it_was_and_comes_not_back(through_redis):
    async with two_processes() as (here, there):
        here.relay.publish([CHANGE])
        here.relay.publish_signal(TYPING)
        here.relay.publish_held(Held("device:7", "token"))
        await until(lambda: there.changes and there.signals and there.held)
        assert there.changes == [CHANGE]
        assert there.held == [Held("device:7", "token")]
        assert there.signals == [TYPING]
        assert here.changes == []


async def test_a_redis_that_hangs_holds_nobody_up_and_is_used_again_afterwards(through_redis):
    async with two_processes() as (here, there):
        through_redis.pause()
        begun = asyncio.get_running_loop().time()
        for _ in range(3):
            here.relay.publish([CHANGE])
            await asyncio.sleep(0)
        assert asyncio.get_running_loop().time() - begun < within(0.3)
        await until(lambda: not here.relay.is_up)
        through_redis.resume()
        await heard_again(here, there)


async def test_a_redis_that_was_restarted_is_used_again(through_redis):
    async with two_processes() as (here, there):
        await asyncio.to_thread(through_redis.stop)
        here.relay.publish([CHANGE])
        await until(lambda: not here.relay.is_up)
        await asyncio.to_thread(through_redis.start)
        await heard_again(here, there)


async def heard_again(here, there) -> None:
    there.changes.clear()
    deadline = asyncio.get_running_loop().time() + EVENTUALLY
    while not there.changes:
        here.relay.publish([CHANGE])
        await asyncio.sleep(0.2)
        assert asyncio.get_running_loop().time() < deadline
    assert here.relay.is_up


async def test_what_waits_for_a_redis_that_is_away_is_bounded(through_redis, monkeypatch):
    monkeypatch.setattr(layer, "WAITING", 10)
    process = Process()
    process.relay.layer = object()
    for _ in range(100):
        process.relay.publish([CHANGE])
        process.relay.publish_signal(TYPING)
    assert len(process.relay.changes) == len(process.relay.signals) == 10


async def test_one_process_alone_tells_nobody():
    process = Process()
    await process.relay.start()
    process.relay.publish([CHANGE])
    assert process.relay.changes == []
    assert process.relay.layer is None
    await process.relay.stop()


async def test_what_cannot_be_read_costs_itself_alone_and_an_older_process_is_understood():
    process = Process()
    received: asyncio.Queue[dict] = asyncio.Queue()
    channels = []

    class Layer:
        async def new_channel(self):
            channels.append("channel")
            return "channel"

        async def group_add(self, group, channel):
            pass

        async def receive(self, channel):
            return await received.get()

    process.relay.layer = Layer()
    older = ["another", [], [msgspec.to_builtins(TYPING)]]
    for packet in (["another"], older, older):
        received.put_nowait({"packet": msgspec.msgpack.encode(packet)})
    listening = asyncio.create_task(process.relay._listen())
    await until(lambda: len(process.signals) == 2)
    listening.cancel()
    assert process.signals == [TYPING, TYPING]
    assert channels == ["channel"]
