"""What the bot is writing just now, for whoever comes in the middle of it."""

import asyncio

import pytest

from chat import events
from chat.frames import STOP, Signal
from tests.chat.entries import bot_says, says
from tests.chat.hub.sockets import agent, commit, customer, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pk(alice) -> int:
    return alice.conversation.pk


@pytest.fixture
def bobs_pk(bob) -> int:
    return bob.conversation.pk


def contents(reader):
    return [frame["content"] for frame in reader.wire.of_type("stream")]


async def writes(pk, text, client_id="bot:1", **how):
    await asyncio.to_thread(events.stream, pk, client_id, text, **how)
    await asyncio.sleep(0)


async def test_customer_and_agent_see_it_as_it_comes(hub, pk):
    here, carols = await customer(hub, pk), await agent(hub, pk)
    await writes(pk, "One.")
    await writes(pk, "One. Two.")
    await until(lambda: contents(here) == contents(carols) == ["One.", "One. Two."])
    assert here.wire.of_type("stream")[0] == {
        "type": "stream",
        "sender": "bot",
        "client_id": "bot:1",
        "content": "One.",
        "interrupted": False,
    }
    assert carols.wire.of_type("stream")[0]["conversation"] == carols.view.public_id


async def test_whoever_comes_in_the_middle_gets_all_so_far_once(hub, pk):
    await writes(pk, "One.")
    await writes(pk, "One. Two.")
    late = await customer(hub, pk)
    hub.streams.show(late.view)
    await until(lambda: contents(late) == ["One. Two."])


async def test_nobody_elses(hub, pk, bobs_pk):
    await writes(pk, "One.")
    bobs = await customer(hub, bobs_pk)
    hub.streams.show(bobs.view)
    await asyncio.sleep(0.05)
    assert contents(bobs) == []


async def test_it_is_forgotten_once_it_is_a_message(hub, alice, pk):
    await commit(says(alice, "question", pk=pk))
    await writes(pk, "One.", client_id="bot:7")
    entry = bot_says(pk, "One. Two.")
    entry.client_id = "bot:7"
    await commit(entry)
    await until(lambda: not hub.streams.newest)


async def test_another_message_leaves_it(hub, alice, pk):
    await writes(pk, "One.")
    await commit(says(alice, "wait", pk=pk))
    await asyncio.sleep(0.05)
    assert list(hub.streams.newest) == [pk]


async def test_it_is_forgotten_once_it_is_interrupted(hub, pk):
    await writes(pk, "One.")
    await writes(pk, "One.", interrupted=True)
    await until(lambda: not hub.streams.newest)


async def test_what_nobody_goes_on_with_is_not_shown_for_ever(hub, pk, settings):
    await writes(pk, "One.")
    settings.LANGUAGE_MODEL_SECONDS = -6
    late = await customer(hub, pk)
    hub.streams.show(late.view)
    await asyncio.sleep(0.05)
    assert contents(late) == []
    assert not hub.streams.newest


async def test_a_stop_is_for_the_bot_alone(hub, pk):
    stopped = []
    hub.stop_listeners.append(stopped.append)
    reader = await customer(hub, pk)
    events.stop_writing(pk)
    assert stopped == [pk]
    await asyncio.sleep(0.05)
    assert reader.types() == []


async def test_a_stop_from_another_process_is_heard_here(hub, pk):
    stopped = []
    hub.stop_listeners.append(stopped.append)
    hub.relay.pass_on(Signal(pk, STOP))
    assert stopped == [pk]
