"""Who may answer, and who is there to do so. Reads only."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.frames import Frame, display_name
from chat.models import AgentPresence

GROUP = "Agents"
SEEN_WITHIN = timedelta(seconds=30)


def everybody() -> QuerySet[AbstractUser]:
    """Whoever may answer: the group Agents, and superusers."""
    return (
        get_user_model()
        .objects.filter(Q(groups__name=GROUP) | Q(is_superuser=True), is_active=True)
        .distinct()
    )


def online() -> int:
    """How many of them have been seen just now."""
    recent = timezone.now() - SEEN_WITHIN
    return AgentPresence.objects.filter(seen_at__gt=recent, user__in=everybody()).count()


def colleagues() -> list[Frame]:
    """[{"username", "name", "online"}], by name."""
    recent = timezone.now() - SEEN_WITHIN
    seen = set(AgentPresence.objects.filter(seen_at__gt=recent).values_list("user_id", flat=True))
    people = [
        {"username": u.get_username(), "name": display_name(u), "online": u.pk in seen}
        for u in everybody()
    ]
    return sorted(people, key=lambda person: str(person["name"]).lower())
