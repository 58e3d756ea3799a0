"""The queue as those who wait see it. Reads only."""

from datetime import datetime, timedelta
from statistics import median

from django.db.models.functions import Coalesce
from django.utils import timezone

from chat import attendance
from chat.frames import Frame
from chat.models import Conversation
from chat.models.conversation import Status

WAITS = 20  # how many earlier waits an estimate rests on, at most
LEAST_WAITS = 3  # and at least
# Who has waited so long, and so many times as long as usual, was left aside: that says nothing of
# how soon the next one is fetched.
FORGOTTEN, TIMES = timedelta(hours=2), 4
AT_ONCE = 3  # so many conversations an agent looks after: who stands further back waits longer


def places() -> dict[int, Frame]:
    """{conversation id: {"position", "minutes", "agents_online", "opens"}} for all who wait.

    `minutes` is None where an estimate would rest on too little.
    """
    waiting = list(
        Conversation.objects.filter(status=Status.OPEN, assignee=None)
        .annotate(since=Coalesce("waiting_since", "active_at"))
        .order_by("since", "id")
        .values_list("id", "since")[:1000]
    )
    if not waiting:
        return {}
    there = attendance.now()
    now = {"agents_online": there.online, "opens": there.reopening}
    told = estimates([since for _, since in waiting], AT_ONCE * there.online)
    return {
        pk: {"position": place, "minutes": minutes, **now}
        for place, ((pk, _), minutes) in enumerate(zip(waiting, told, strict=True), 1)
    }


def estimates(line: list[datetime], at_once: int) -> list[int | None]:
    """The minutes to tell each who waits, given since when, the longest wait first; `at_once` is
    how many the agents there look after."""
    minutes, now = usual_wait(), timezone.now()
    if minutes is None:
        return [None] * len(line)
    usual = timedelta(minutes=minutes)
    forgotten = sum(now - since > max(FORGOTTEN, TIMES * usual) for since in line)
    others = line[forgotten:]
    if others and now - others[0] > usual:
        at_once = 0  # who stands first has waited longer already
    told = [minutes if place < at_once else None for place in range(len(others))]
    return [None] * forgotten + told


def usual_wait() -> int | None:
    """Minutes, rounded up: the median of the last waits of the past week; None with too few."""
    week_ago = timezone.now() - timedelta(days=7)
    waits = (
        Conversation.objects.filter(waited_seconds__isnull=False, active_at__gt=week_ago)
        .order_by("-active_at")
        .values_list("waited_seconds", flat=True)[:WAITS]
    )
    seconds = [wait for wait in waits if wait is not None]
    if len(seconds) < LEAST_WAITS:
        return None
    return max(1, -(-int(median(seconds)) // 60))
