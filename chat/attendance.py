"""Who is there to answer now, and what a customer who waits is told about it. Reads only."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from chat import agents
from chat.frames import Frame, timestamp

KEPT = "Your messages are kept"


@dataclass(frozen=True, slots=True)
class Attendance:
    """`online` agents are there; otherwise the desk is staffed until `closes`, or opens again at
    `opens`. Without opening hours neither is known."""

    online: int
    closes: datetime | None = None
    opens: datetime | None = None

    @property
    def waiting_text(self) -> str:
        """What a customer who joins the queue is told: true in each of the states."""
        if self.online:
            return (
                "You are in the queue: a person joins you here. What you write meanwhile is kept."
            )
        if self.closes is not None:
            until = f"{self.closes:%H:%M} ({self.closes.tzname()})"
            return (
                "Nobody from the team is free right now, though the desk is staffed until "
                f"{until} today. {KEPT}, and a person answers here as soon as somebody is back."
            )
        if self.opens is not None:
            return (
                f"The desk is closed right now and opens again {when(self.opens)}. "
                f"{KEPT}, and a person answers here then."
            )
        return (
            f"Nobody from the team is here right now. {KEPT}, and a person answers here as soon "
            "as somebody is back."
        )

    @property
    def reopening(self) -> Frame | None:
        """{"at", "words"} of the next opening where the desk is closed."""
        if self.online or self.opens is None:
            return None
        return {"at": timestamp(self.opens.astimezone(UTC)), "words": when(self.opens)}


def now() -> Attendance:
    """The attendance at this moment."""
    moment, hours = timezone.now(), settings.OPENING_HOURS
    closes = hours.closes_at(moment)
    return Attendance(agents.online(), closes, None if closes else hours.opens_at(moment))


def when(opening: datetime) -> str:
    """ "today at 09:00 (CET)", "tomorrow at …", "on Monday at …", "on Monday, 4 January at …"."""
    today = timezone.now().astimezone(opening.tzinfo).date()
    days = (opening.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(days) or (
        f"on {opening:%A}" if days < 7 else f"on {opening:%A}, {opening.day} {opening:%B}"
    )
    return f"{day} at {opening:%H:%M} ({opening.tzname()})"
