"""Where an entry stands: only what is live is answered from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import Q, TextChoices


class State(TextChoices):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    EXPIRED = "expired"


class Dated(Protocol):
    """What an entry says about when it counts."""

    is_published: bool
    valid_from: datetime | None
    valid_until: datetime | None


def state_of(entry: Dated, now: datetime) -> State:
    """Return where `entry` stands at the time `now`: from `valid_from` on, before `valid_until`."""
    if not entry.is_published:
        return State.DRAFT
    if entry.valid_until is not None and entry.valid_until <= now:
        return State.EXPIRED
    if entry.valid_from is not None and entry.valid_from > now:
        return State.SCHEDULED
    return State.LIVE


def condition(state: str, now: datetime) -> Q:
    """Return the filter for the entries whose `state_of` is `state` at the time `now`."""
    expired = Q(valid_until__isnull=False, valid_until__lte=now)
    scheduled = Q(valid_from__isnull=False, valid_from__gt=now)
    published = Q(is_published=True)
    return {
        State.DRAFT: Q(is_published=False),
        State.EXPIRED: published & expired,
        State.SCHEDULED: published & ~expired & scheduled,
        State.LIVE: published & ~expired & ~scheduled,
    }[State(state)]
