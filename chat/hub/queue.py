"""The queue as those who wait see it. Reads only."""

from datetime import timedelta
from statistics import median

from django.db.models.functions import Coalesce
from django.utils import timezone

from chat import attendance
from chat.frames import Frame
from chat.models import Conversation
from chat.models.conversation import Status

WAITS = 20  # how many earlier waits an estimate rests on, at most
LEAST_WAITS = 3  # and at least
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
    there, minutes = attendance.now(), usual_wait()
    longest = timezone.now() - waiting[0][1]
    if minutes is not None and longest > timedelta(minutes=minutes):
        minutes = None  # who stands first has waited longer already
    now = {"agents_online": there.online, "opens": there.reopening}
    return {
        pk: {
            "position": place,
            "minutes": minutes if place <= AT_ONCE * there.online else None,
            **now,
        }
        for place, (pk, _) in enumerate(waiting, 1)
    }


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
