"""Processes that die or hang under load: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from tests.faults import cluster as clusters
from tests.faults.cluster import Cluster
from tests.faults.ledger import Message
from tests.faults.models import HELD
from tests.faults.windows import CustomerWindow
from tests.services.paced import QUESTION
from tests.services.patience import EVENTUALLY, within
from tests.services.ws import visitor

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(240)]

CUSTOMERS, MESSAGES = 10, 25
ENOUGH = CUSTOMERS * MESSAGES // 3  # acknowledged messages, and something happens


class Load:
    """Customers in the queue who write as fast as their messages are acknowledged."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.people = [
            visitor(cluster.webs[number % len(cluster.webs)], f"{name}-{number}")
            for number in range(CUSTOMERS)
        ]
        self.wanted = {f"{one.label} {number}" for one in self.people for number in range(MESSAGES)}

    def run(self, accident: Callable[["Load"], Awaitable[None]]) -> None:
        asyncio.run(self._run(accident))

    async def _run(self, accident: Callable[["Load"], Awaitable[None]]) -> None:
        self.windows = [CustomerWindow(person, person.server) for person in self.people]
        try:
            await self.until(lambda: all(window.ready.is_set() for window in self.windows))
            for window in self.windows:
                window.send({"type": "person"})  # this is not about the bot
                for number in range(MESSAGES):
                    text = f"{window.person.label} {number}"
                    frame = {"type": "message", "client_id": text, "message": text}
                    window.post(frame)
            await self.until(lambda: len(self.acknowledged) >= ENOUGH)
            await accident(self)
            await self.until(lambda: not any(window.outbox for window in self.windows))
            await self.until(self.views_are_whole)
        finally:
            await asyncio.gather(*(window.close() for window in self.windows))

    @property
    def acknowledged(self) -> set[str]:
        return set().union(*(window.acknowledged & self.wanted for window in self.windows))

    @property
    def stored(self) -> Counter[str]:
        return Counter(m.client_id for person in self.people for m in self.messages(person.label))

    def messages(self, label: str) -> list[Message]:
        return self.cluster.ledger.messages(self.cluster.ledger.conversation(label).id)

    def views_are_whole(self) -> bool:
        return all(
            [line[2] for line in window.thread.lines]
            == [m.body for m in self.messages(window.person.label)][-len(window.thread.lines) :]
            and window.thread.last == len(self.messages(window.person.label))
            for window in self.windows
        )

    def check(self) -> None:
        """Each message is there once, in a log without gaps."""
        wanted = {
            f"{person.label} {number}" for person in self.people for number in range(MESSAGES)
        }
        stored = self.stored
        assert {i for i in wanted if stored[i] != 1} == set()
        for person in self.people:
            seqs = [message.seq for message in self.messages(person.label)]
            assert seqs == list(range(1, len(seqs) + 1))

    async def until(self, is_so: Callable[[], bool], seconds: float = EVENTUALLY) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, is_so
            await asyncio.sleep(0.02)


async def kill_the_first(load: Load) -> None:
    web = load.cluster.webs[0]
    web.kill()
    acknowledged = load.acknowledged
    assert {i for i in acknowledged if load.stored[i] != 1} == set()
    assert len(acknowledged) < CUSTOMERS * MESSAGES, "it was killed too late to mean anything"
    await asyncio.to_thread(web.start)


async def stop_the_first(load: Load) -> None:
    web = load.cluster.webs[0]
    connected = [window for window in load.windows if window.server is web]
    assert await asyncio.to_thread(web.stop, signal.SIGTERM) in (0, -signal.SIGTERM)
    acknowledged = load.acknowledged
    assert {i for i in acknowledged if load.stored[i] != 1} == set()
    assert len(acknowledged) < CUSTOMERS * MESSAGES, "it was stopped too late to mean anything"
    await load.until(lambda: all(window.close_codes for window in connected))
    assert {window.close_codes[0] for window in connected} == {1012}
    await asyncio.to_thread(web.start)


@pytest.mark.parametrize("accident", [kill_the_first, stop_the_first])
@pytest.mark.parametrize("cluster", ["one_process", "two_processes"])
def test_a_web_process_ends_under_load(cluster, accident, request):
    name = f"{accident.__name__}-{cluster}".replace("_", "-")
    load = Load(request.getfixturevalue(cluster), name)
    load.run(accident)
    load.check()


@pytest.mark.parametrize("break_redis", ["pause", "kill"])
def test_without_redis_the_other_process_shows_it_within_two_seconds(two_processes, break_redis):
    here, there = two_processes.webs
    alice = visitor(here, f"alice-{break_redis}")
    with alice.chat() as window, alice.at(there).chat() as other:
        window.send({"type": "person"})
        other.receive("status", status="open")
        getattr(two_processes.redis, break_redis)()
        for text in ("is anybody there", "and now"):
            window.say(text)
            window.receive("message", within(1), message=text)
            other.receive("message", within(2), message=text)
        assert (here.running, there.running) == (True, True)
        two_processes.whole()
        at_once_again(window, other)


def at_once_again(window, other) -> None:
    """Once Redis is back, announcements arrive again before any check would find them."""
    for number in range(40):
        said = time.monotonic()
        window.say(f"message {number}")
        other.receive("message", message=f"message {number}")
        if time.monotonic() - said < min(within(0.2), 0.8):
            return
        time.sleep(0.4)
    raise AssertionError("the processes do not hear of each other again")


def test_a_killed_bot_is_replaced_once_its_lease_is_over(two_processes, held):
    bots = [clusters.bot(two_processes.desk, "short_lease", **HELD, held=held) for _ in range(2)]
    for bot in bots:
        bot.wait_until_learned()
    with visitor(two_processes.webs[0], "bereft").chat() as chat:
        chat.say(QUESTION)
        bots[0].wait_until(
            lambda: list(held.glob("waits-*")) != [],
        )
        (waits,) = held.glob("waits-*")
        victim = next(bot for bot in bots if waits.name == f"waits-{bot.pid}")
        victim.kill()
        ledger = two_processes.ledger
        free_from = ledger.leased_until(ledger.conversation("bereft").id)
        (held / "release").touch()
        chat.receive("message", sender="bot")
        assert datetime.now(UTC) > free_from, "it was taken from a worker that might have lived"
        assert [f for f in chat.quiet(1.5) if f.get("sender") == "bot" and "seq" in f] == []
