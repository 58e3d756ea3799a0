"""Read marks: how far somebody has read, which only ever rises."""

from chat.access import Participant
from chat.log import Mark


def read(participant: Participant, conversation_id: int, through: int) -> Mark:
    """The participant has read every message up to `through`."""
    return Mark(
        conversation_id,
        participant.key,
        through,
        author_id=participant.user_id,
        is_agent=participant.is_agent,
    )
