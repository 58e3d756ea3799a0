"""Thumbs: what the customer thinks of an answer of the bot's."""

from chat.access import Participant
from chat.log import Rating


def rate(participant: Participant, conversation_id: int, seq: int, value: str) -> Rating:
    """The customer finds the answer `seq` helpful ("up") or not ("down"); the last word counts."""
    return Rating(conversation_id, participant.key, seq, value)
