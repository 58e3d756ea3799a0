"""The queue as those who wait see it. Reads only."""

from datetime import timedelta
from statistics import median

from django.db.models.functions import Coalesce
from django.utils import timezone

from chat import attendance
from chat.frames import Frame
from chat.models import Conversation
from chat.models.conversation import Status

WAITS = 20  # how many earlier waits an estimate rests on


def places() -> dict[int, Frame]:
    """{conversation id: {"position", "minutes", "agents_online", "opens"}} for all who wait."""
    waiting = list(
        Conversation.objects.filter(status=Status.OPEN, assignee=None)
        .order_by(Coalesce("waiting_since", "active_at"), "id")
        .values_list("id", flat=True)[:1000]
    )
    if not waiting:
        return {}
    there, minutes = attendance.now(), usual_wait()
    now = {"minutes": minutes, "agents_online": there.online, "opens": there.reopening}
    return {pk: {"position": place, **now} for place, pk in enumerate(waiting, 1)}


def usual_wait() -> int | None:
    """Minutes, rounded up: the median of the last waits of the past week; None without any."""
    week_ago = timezone.now() - timedelta(days=7)
    waits = (
        Conversation.objects.filter(waited_seconds__isnull=False, active_at__gt=week_ago)
        .order_by("-active_at")
        .values_list("waited_seconds", flat=True)[:WAITS]
    )
    seconds = [wait for wait in waits if wait is not None]
    return max(1, -(-int(median(seconds)) // 60)) if seconds else None
