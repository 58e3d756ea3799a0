"""Devices on different processes whose servers are killed: nothing lost, each notice once.

DEVICE_KILLS=50 .venv/bin/pytest tests/faults/test_device_kills.py     # as many as you like
"""

import asyncio
import os
import time
from collections import Counter

import pytest

from tests.faults.cluster import Cluster
from tests.faults.device_callers import Caller
from tests.services.patience import EVENTUALLY

pytestmark = [pytest.mark.server, pytest.mark.slow]
KILLS = int(os.environ.get("DEVICE_KILLS", "3"))


class Play:
    """Karthik writes to Ananda and Ananda to Karthik; one of their servers dies each round."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.kills: Counter[str] = Counter()

    async def run(self, kills: int) -> None:
        names = "Karthik", "Ananda"
        here, there = self.cluster.webs
        self.people = [Caller(names[0], names[1], here), Caller(names[1], names[0], there)]
        try:
            await asyncio.gather(*(one.here.wait() for one in self.people))
            for number in range(kills):
                await self.round(number)
            await self.cluster.repaired()
            await self.until(self.is_quiet)
        finally:
            await asyncio.gather(*(one.close() for one in self.people))

    async def round(self, number: int) -> None:
        """Somebody's server is killed between their messages: while the other is away, while both
        are there, while one waits to get what was written meanwhile."""
        victim, other = self.people[number % 2], self.people[1 - number % 2]
        if number % 3 == 0:
            await other.stay_away()
        for piece in range(3):
            for one in self.people:
                one.outbox.put_nowait(f"{one.name} {number}.{piece}")
        if number % 3 == 1:
            await asyncio.gather(*(one.outbox.join() for one in self.people))
        await asyncio.sleep(0.01 * (number % 7))
        self.kills[victim.name] += 1
        self.cluster.kill(victim.server)
        if number % 3 == 2:
            other.may_come.set()
        await self.cluster.repaired()
        if number % 3 == 0:
            await victim.outbox.join()
        other.may_come.set()

    async def until(self, is_so, seconds: float = EVENTUALLY) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, self.found()
            await asyncio.sleep(0.05)

    def is_quiet(self) -> bool:
        return all(
            set(one.heard) == self.wanted(other) and set(one.notices) == self.noticed(one)
            for one, other in zip(self.people, self.people[::-1], strict=True)
        ) and not any(one.outbox.qsize() for one in self.people)

    def wanted(self, one: Caller) -> set[str]:
        rounds = range(sum(self.kills.values()))
        return {f"{one.name} {number}.{piece}" for number in rounds for piece in range(3)}

    # ── what the database has ──
    def rows(self):
        (talk,) = [
            c for c in self.cluster.ledger.conversations() if c.public_id.startswith("direct:")
        ]
        return self.cluster.ledger.messages(talk.id)

    def noticed(self, one: Caller) -> set[str]:
        """The texts of whose delivery the database has a notice."""
        rows = {row.seq: row for row in self.rows()}
        about = [row for row in rows.values() if row.event == "delivered"]
        texts = [rows[int(row.client_id.partition(":")[2])].body for row in about]
        return {text for text in texts if text.startswith(one.name)}

    def found(self) -> dict[str, object]:
        return {
            one.name: {
                "lost": self.wanted(other) - set(one.heard),
                "notices": (one.notices, self.noticed(one)),
            }
            for one, other in zip(self.people, self.people[::-1], strict=True)
        }

    def check(self) -> None:
        rows = self.rows()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        said = [row.body for row in rows if row.kind == "device"]
        assert sorted(said) == sorted(set().union(*map(self.wanted, self.people)))
        notices = Counter(row.client_id for row in rows if row.event == "delivered")
        assert set(notices.values()) <= {1}, "a notice is one row"
        away = {f"delivered:{row.seq}" for row in rows if row.data.get("away")}
        assert away <= set(notices), "who was told that one is away is told when one has it"
        for one, other in zip(self.people, self.people[::-1], strict=True):
            again = sum((one.heard - Counter(set(one.heard))).values())
            assert again <= 3 * self.kills[one.name], "only a kill writes a line again"
            repeated = sum((one.notices - Counter(set(one.notices))).values())
            assert repeated <= 3 * self.kills[one.name]
            firsts = list(dict.fromkeys(one.heard))
            assert firsts == [text for text in said if text.startswith(other.name)]


@pytest.mark.timeout(240 + 60 * KILLS)
def test_nothing_is_lost_and_each_notice_comes_once(two_processes: Cluster):
    play = Play(two_processes)
    began = time.monotonic()
    asyncio.run(play.run(KILLS))
    play.check()
    again = {one.name: sum(one.heard.values()) - len(one.heard) for one in play.people}
    told = {one.name: one.told_away for one in play.people}
    print(f"{KILLS} kills in {time.monotonic() - began:.0f} s; lines again: {again}, away: {told}")
