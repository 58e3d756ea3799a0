"""Agents say whether they are there to answer."""

from django.utils import timezone

from chat import events
from chat.access import Participant
from chat.models import AgentPresence


def set_available(participant: Participant, on: bool) -> None:
    """The agent is there to answer, or away: until they say otherwise, also tomorrow.

    Writes the database: to be called in a thread.
    """
    assert participant.user_id is not None
    AgentPresence.objects.update_or_create(
        user_id=participant.user_id, defaults={"is_away": not on, "seen_at": timezone.now()}
    )
    events.presence_moved()
