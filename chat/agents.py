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
    """How many of them are there to answer: seen just now, and not away by their own word."""
    return _seen().filter(is_away=False, user__in=everybody()).count()


def colleagues() -> list[Frame]:
    """[{"username", "name", "online", "away"}], by name; who is away is not online."""
    seen = set(_seen().values_list("user_id", flat=True))
    away = set(AgentPresence.objects.filter(is_away=True).values_list("user_id", flat=True))
    people = [
        {
            "username": u.get_username(),
            "name": display_name(u),
            "online": u.pk in seen - away,
            "away": u.pk in away,
        }
        for u in everybody()
    ]
    return sorted(people, key=lambda person: str(person["name"]).lower())


def _seen() -> QuerySet[AgentPresence]:
    return AgentPresence.objects.filter(seen_at__gt=timezone.now() - SEEN_WITHIN)
