"""A device's socket where the database fails for a moment, or the device goes at the wrong one."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from django.db import OperationalError

from chat.access import Participant
from chat.actions import announcements, devices, receipts
from chat.consumers import device as module
from chat.consumers.device import DeviceConsumer
from chat.database import in_database
from chat.hub import Hub
from chat.log import commit_group
from chat.models import AnnouncementReceipt, Device
from chat.models.announcement import Noticed
from chat.models.device import State
from tests.chat.entries import as_agent
from tests.services.patience import EVENTUALLY

pytestmark = pytest.mark.django_db(transaction=True)


class Caller:
    """A socket without a server: frames go in, lines come out."""

    def __init__(self) -> None:
        self.events: asyncio.Queue = asyncio.Queue()
        self.lines: asyncio.Queue[str] = asyncio.Queue()
        self.events.put_nowait({"type": "websocket.connect"})
        self.consumer = DeviceConsumer()
        scope = {"headers": [], "query_string": b"", "client": ("127.0.0.1", 1)}
        self.task = asyncio.create_task(self.consumer(scope, self.events.get, self.send))

    async def send(self, event: dict) -> None:
        if event["type"] == "websocket.send":
            self.lines.put_nowait(event["text"])

    def say(self, text: str) -> None:
        self.events.put_nowait({"type": "websocket.receive", "text": text})

    def register(self) -> None:
        self.say('{"register": true, "device_name": "Scanner"}')

    async def line(self) -> str:
        return await asyncio.wait_for(self.lines.get(), EVENTUALLY)

    async def hang_up(self) -> None:
        self.events.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(self.task, EVENTUALLY)


@pytest.fixture
async def caller(hub: Hub, monkeypatch) -> AsyncIterator[Caller]:
    monkeypatch.setattr(module, "ASK_AGAIN", 0.02)
    monkeypatch.setattr(module, "LET_GO_AGAIN", 0.02)
    found = Caller()
    yield found
    if not found.task.done():
        await found.hang_up()


def once(monkeypatch, owner, name: str) -> None:
    """The function fails once, as where the database is away for a moment."""
    real, failed = getattr(owner, name), []

    def failing(*args, **kwargs):
        if not failed:
            failed.append(True)
            raise OperationalError("the database is away")
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, failing)


async def until(look) -> None:
    async with asyncio.timeout(EVENTUALLY):
        while True:
            if await in_database(look):
                return
            await asyncio.sleep(0.02)


async def asks(caller: Caller, settings) -> None:
    settings.DEVICE_REGISTRATION = "approve"
    caller.register()
    assert await caller.line() == "Could Not Register Your Device Successfully"


def let_in() -> None:
    devices.allow(Device.objects.get())


@pytest.mark.parametrize("failing", ["_is_allowed", "_register"])
async def test_who_waits_to_be_let_in_waits_on_while_the_database_is_away(
    failing, caller, settings, monkeypatch
):
    await asks(caller, settings)
    once(monkeypatch, module, failing)
    await in_database(let_in)
    assert (await caller.line()).startswith("Device Successfully Registered.")


async def test_who_goes_while_they_are_let_in_leaves_the_name_free(caller, settings, monkeypatch):
    await asks(caller, settings)
    began, go_on = asyncio.Event(), threading.Event()
    loop, real = asyncio.get_running_loop(), module._register

    def slow(*args):
        loop.call_soon_threadsafe(began.set)
        go_on.wait(EVENTUALLY)
        return real(*args)

    monkeypatch.setattr(module, "_register", slow)
    await in_database(let_in)
    await asyncio.wait_for(began.wait(), EVENTUALLY)
    await caller.hang_up()
    go_on.set()
    registered = Device.objects.filter(registered_at__isnull=False)
    await until(lambda: registered.filter(state=State.ALLOWED, key_hash="", held_by="").exists())


async def test_a_device_that_left_is_let_go_also_where_the_database_was_away(caller, monkeypatch):
    caller.register()
    await caller.line()
    assert await in_database(lambda: Device.here().exists())
    once(monkeypatch, devices, "let_go")
    await caller.hang_up()
    assert not await in_database(lambda: Device.here().exists())
    assert not caller.consumer.hub.sockets


async def test_what_was_written_to_a_device_is_known_elsewhere_once_it_has_left(
    caller, carol, monkeypatch
):
    await in_database(announcements.announce, as_agent(carol), "Look")
    caller.register()
    await caller.line()
    assert await caller.line() == "Message from Carol: Look"
    await caller.hang_up()
    assert await in_database(lambda: AnnouncementReceipt.objects.get().state) == Noticed.REACHED
    receipts._waiting.clear()


async def test_what_is_said_to_all_while_a_device_registers_reaches_it(caller, monkeypatch):
    real = module._register

    def told_meanwhile(*args):
        found = real(*args)
        writer = Participant("device:0", name="Writer")
        commit_group([announcements.to_connected_devices(writer, "lunch")])
        return found

    monkeypatch.setattr(module, "_register", told_meanwhile)
    caller.register()
    assert (await caller.line()).startswith("Device Successfully Registered.")
    assert await caller.line() == "Message from Writer: lunch"
    await caller.hang_up()
    receipts._waiting.clear()


async def test_who_could_not_register_hears_no_announcements(caller, monkeypatch):
    await in_database(devices.known, "Scanner")
    await in_database(lambda: Device.objects.update(state=State.REVOKED))
    caller.register()
    assert await caller.line() == "Could Not Register Your Device Successfully"
    assert not caller.consumer.hub.feed.audiences
