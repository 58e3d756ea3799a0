"""One measurement: sit down, load, wait for stragglers, judge what arrived where."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.load.loads import closed_loop, fixed_rate
from bench.load.member import Conversation, Member, body
from bench.servers.process import cpu_seconds
from bench.servers.server import Server

GRACE = 5.0  # seconds that a message may take before it counts as lost


@dataclass(frozen=True)
class Measurement:
    """Rates in messages a second, delivered: one message to two members counts twice."""

    messages_per_s: float
    p50_ms: float
    p99_ms: float
    sent: int
    lost: int  # sent, not refused, and not with both members when the grace period was over
    wrong: int  # what a member should not have received so: twice, swapped, out of order
    refused: int
    server_us: float  # processor time of the server's own process a delivered message
    generator_us: float  # and of the generator
    late_p99_ms: float | None = None  # how late the generator sent, at a fixed rate


class Table:
    """All members of one server's conversations."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.members = [Member(seat) for seat in server.seats]

    async def sit_down(self) -> None:
        """Connects all whose socket is not open: everybody at first, later whom the server lost."""
        standing = [member for member in self.members if not member.is_seated]
        for start in range(0, len(standing), 20):
            members = standing[start : start + 20]
            await asyncio.gather(*(member.connect(self.server.port) for member in members))

    async def leave(self) -> None:
        await asyncio.gather(*(member.leave() for member in self.members))

    async def closed(self, seconds: float, window: int, warm_up: float) -> Measurement:
        """Measured after the warm-up; lost ones count from the beginning."""
        return await self.measure(
            lambda: closed_loop(self.members, warm_up + seconds, window), warm_up, seconds
        )

    async def at_rate(self, seconds: float, rate: float, warm_up: float) -> Measurement:
        """`rate` is delivered messages a second, as in the results."""
        return await self.measure(
            lambda: fixed_rate(self.members, warm_up + seconds, rate / 2), warm_up, seconds
        )

    async def measure(
        self,
        load: Callable[[], Awaitable[list[float] | None]],
        warm_up: float,
        seconds: float,
    ) -> Measurement:
        conversations = self.begin()
        gc.collect()
        gc.disable()
        try:
            began, server_cpu, own_cpu = time.perf_counter(), self.cpu(), time.process_time()
            late = await load()
            await self.settle(conversations)
            server_cpu, own_cpu = self.cpu() - server_cpu, time.process_time() - own_cpu
        finally:
            gc.enable()
        first = began + warm_up
        arrived = [delay for at, delay in self.delays if first <= at < first + seconds]
        deliveries = max(len(self.delays), 1)
        return Measurement(
            messages_per_s=len(arrived) / seconds,
            p50_ms=percentile(arrived, 0.50) * 1000,
            p99_ms=percentile(arrived, 0.99) * 1000,
            sent=sum(len(one.sent) for one in conversations.values()),
            lost=sum(lost(one, self.by_conversation[key]) for key, one in conversations.items()),
            wrong=sum(wrong(members, self.server) for members in self.by_conversation.values()),
            refused=sum(len(member.refused) for member in self.members),
            server_us=server_cpu / deliveries * 1e6,
            generator_us=own_cpu / deliveries * 1e6,
            late_p99_ms=percentile(late, 0.99) * 1000 if late else None,
        )

    def begin(self) -> dict[int, Conversation]:
        """A clean sheet for everybody."""
        self.delays: list[tuple[float, float]] = []
        self.by_conversation: dict[int, list[Member]] = {}
        conversations: dict[int, Conversation] = {}
        for member in self.members:
            number = member.seat.conversation
            member.refused.clear()
            member.begin(conversations.setdefault(number, Conversation()), self.delays)
            self.by_conversation.setdefault(number, []).append(member)
        return conversations

    def cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in self.server.pids)

    async def settle(self, conversations: dict[int, Conversation]) -> None:
        """Waits until everything has arrived, at most GRACE seconds."""
        deadline = time.perf_counter() + GRACE
        while time.perf_counter() < deadline:
            due = 2 * sum(len(one.sent) for one in conversations.values())
            if len(self.delays) >= due:
                break
            await asyncio.sleep(0.05)


def lost(conversation: Conversation, members: Sequence[Member]) -> int:
    """Messages that did not reach every member."""
    everywhere = set.intersection(
        *({client_id for _, client_id, _ in member.received} for member in members)
    )
    return len(conversation.sent.keys() - everywhere)


def wrong(members: Sequence[Member], server: Server) -> int:
    """Deliveries with another text, a second time, or (where numbered) not in the one order."""
    faults = 0
    for member in members:
        ids = [client_id for _, client_id, _ in member.received]
        faults += len(ids) - len(set(ids))
        faults += sum(text != body(client_id) for _, client_id, text in member.received)
        if server.is_numbered:
            numbers = [seq for seq, _, _ in member.received]
            faults += sum(b != a + 1 for a, b in pairwise(numbers))
    if server.is_numbered:
        first, second = (member.received for member in members)
        faults += sum(a != b for a, b in zip(first, second, strict=False))
    return faults


def percentile(values: Sequence[float], fraction: float) -> float:
    """Nearest rank; 0 for nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))] if ordered else 0.0
