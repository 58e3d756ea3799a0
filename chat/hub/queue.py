"""The queue as those who wait see it, and who is there to answer. Reads only."""

from datetime import timedelta
from statistics import median

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat.frames import Frame, display_name
from chat.models import AgentPresence, Conversation
from chat.models.conversation import Status

AGENTS = "Agents"  # the group
SEEN_WITHIN = timedelta(seconds=30)
WAITS = 20  # how many earlier waits an estimate rests on


def agents() -> QuerySet[AbstractUser]:
    """Whoever may answer: the group Agents, and superusers."""
    return (
        get_user_model()
        .objects.filter(Q(groups__name=AGENTS) | Q(is_superuser=True), is_active=True)
        .distinct()
    )


def agents_online() -> int:
    recent = timezone.now() - SEEN_WITHIN
    return AgentPresence.objects.filter(seen_at__gt=recent, user__in=agents()).count()


def places() -> dict[int, Frame]:
    """{conversation id: {"position", "minutes", "agents_online"}} for all who wait."""
    waiting = list(
        Conversation.objects.filter(status=Status.OPEN, assignee=None)
        .order_by(Coalesce("waiting_since", "active_at"), "id")
        .values_list("id", flat=True)[:1000]
    )
    if not waiting:
        return {}
    online, minutes = agents_online(), usual_wait()
    return {
        pk: {"position": place, "minutes": minutes, "agents_online": online}
        for place, pk in enumerate(waiting, 1)
    }


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


def colleagues() -> list[Frame]:
    """[{"username", "name", "online"}], by name."""
    recent = timezone.now() - SEEN_WITHIN
    online = set(AgentPresence.objects.filter(seen_at__gt=recent).values_list("user_id", flat=True))
    people = [
        {"username": u.get_username(), "name": display_name(u), "online": u.pk in online}
        for u in agents()
    ]
    return sorted(people, key=lambda person: str(person["name"]).lower())
