"""The two shapes of load: as fast as answers come, and at a fixed rate."""

import asyncio
import random
from collections.abc import Sequence
from time import perf_counter

from bench.load.member import Member

# A sender whose message is lost would be silent for ever; after this long it goes on.
PATIENCE = 2.0


async def closed_loop(members: Sequence[Member], seconds: float, window: int) -> None:
    """Everybody keeps `window` messages under way: the next goes when an own one came back."""
    ends = perf_counter() + seconds

    def next_one(member: Member) -> None:
        if perf_counter() < ends:
            member.write()

    for member in members:
        member.on_own = next_one
        for _ in range(window):
            member.write()
    while (left := ends - perf_counter()) > 0:
        before = [len(member.received) for member in members]
        await asyncio.sleep(min(PATIENCE, left))
        if left > PATIENCE:
            nudge(members, before)
    for member in members:
        member.on_own = None


def nudge(members: Sequence[Member], before: Sequence[int]) -> None:
    """Those who have heard nothing for PATIENCE seconds send their next message."""
    for member, received in zip(members, before, strict=True):
        if len(member.received) == received:
            member.write()


async def fixed_rate(members: Sequence[Member], seconds: float, rate: float) -> list[float]:
    """`rate` messages a second, evenly, from all in turn, whatever comes back.

    Delays count from when a message was due, so that a busy generator hides nothing. Returns how
    late each was sent, in seconds.
    """
    order = list(members)
    random.Random(7).shuffle(order)  # neighbours are not two of one conversation
    began, total, late = perf_counter(), int(rate * seconds), list[float]()
    while len(late) < total:
        now = perf_counter()
        while len(late) < total and (due := began + len(late) / rate) <= now:
            order[len(late) % len(order)].write(due)
            late.append(now - due)
        await asyncio.sleep(0.001)
    return late
