"""The hub: who shows what, and the way of a change to them."""

import asyncio

import pytest

from chat import events
from chat.hub import Hub
from chat.hub.socket import RESTARTING
from tests.chat.entries import bot_says, says
from tests.chat.hub.sockets import Wire, agent, commit, customer, unannounced, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pk(alice) -> int:
    return alice.conversation.pk


@pytest.fixture
def bobs(bob) -> int:
    return bob.conversation.pk


async def test_a_change_goes_to_those_who_show_its_conversation(hub, alice, pk, bobs):
    here, window, there = (
        await customer(hub, pk),
        await customer(hub, pk),
        await customer(hub, bobs),
    )
    await commit(says(alice, "hello", pk=pk))
    assert (await here.agrees()).texts == (await window.agrees()).texts == ["hello"]
    assert there.types() == []


async def test_who_has_left_gets_nothing_and_is_forgotten(hub, alice, pk):
    reader = await customer(hub, pk)
    hub.disconnect(reader.wire.socket, [reader.view])
    await commit(says(alice, "hello", pk=pk))
    await asyncio.sleep(0.05)
    assert reader.types() == []
    assert not hub.views
    assert not hub.sockets


async def test_a_change_from_a_plain_thread_wakes_an_idle_loop(hub, alice, pk):
    """Within a moment, not with the loop's next timer."""
    reader = await customer(hub, pk)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await commit(bot_says(pk, "from a thread"))
    await until(lambda: reader.wire.of_type("message"))
    assert loop.time() - begun < 0.8


async def test_the_hub_s_listeners_hear_what_is_due(hub, alice, pk):
    heard = []
    hub.listeners.append(heard.append)
    await commit(says(alice, "hello", pk=pk))
    await until(lambda: heard)
    assert heard[0].bot_is_due
    assert heard[0].conversation == pk


async def test_typing_is_shown_to_both_sides_and_stored_nowhere(hub, pk):
    to_customer, to_agent = await customer(hub, pk), await agent(hub, pk)
    for on in (True, False):
        await asyncio.to_thread(events.typing, pk, on)
    await until(lambda: len(to_agent.wire.of_type("typing")) == 2)
    shown = [{"type": "typing", "sender": "bot", "on": on} for on in (True, False)]
    assert to_customer.wire.of_type("typing") == shown
    assert to_agent.wire.of_type("typing") == [
        {**frame, "conversation": "alice"} for frame in shown
    ]


async def test_stopping_closes_every_socket_with_1012_behind_its_frames(hub, alice, pk):
    reader = await customer(hub, pk)
    hub.deliver([])
    reader.wire.socket.put('{"type":"pong"}')
    await hub.close_all()
    assert reader.wire.frames[-1] == {"type": "pong"}
    assert reader.wire.close == (RESTARTING, "The server is restarting.")


async def test_stopping_does_not_wait_for_who_never_reads(hub, pk):
    reader = await customer(hub, pk)
    reader.wire.reads.clear()
    reader.wire.socket.put('{"type":"pong"}')
    await asyncio.wait_for(hub.close_all(patience=0.1), 2)


def test_without_a_hub_announcing_tells_nobody(alice):
    assert Hub.running is None
    events.announce([])
    events.typing(1, True)


async def test_a_hub_that_has_stopped_is_no_longer_the_running_one(transactional_db):
    hub = Hub()
    await hub.start()
    assert Hub.running is hub
    await hub.stop()
    assert Hub.running is None


async def test_announcing_from_the_hub_s_own_loop_is_done_at_once(hub, alice, pk, monkeypatch):
    reader = await customer(hub, pk)
    changes = await unannounced(monkeypatch, says(alice, "hello", pk=pk))
    events.announce(changes)
    assert len(reader.wire.socket.frames) == 1 or reader.types() == ["message"]


async def test_a_socket_s_frames_are_written_in_their_order(hub):
    wire = Wire()
    for i in range(100):
        wire.socket.put(f'{{"type":"pong","n":{i}}}')
    await until(lambda: len(wire.frames) == 100)
    assert [frame["n"] for frame in wire.frames] == list(range(100))
