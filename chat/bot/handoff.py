"""Giving way to a person: why, and what the customer is told."""

from chat import attendance
from chat.bot.reply import Reply
from chat.models.bot_turn import Outcome

WHY = {
    "asked": "I am asking a person to join you.",
    "emergency": (
        "If anybody is in danger, call your local emergency number now. "
        "I am asking a person to join you at once."
    ),
    "second_miss": "I could not help you with this, so I am asking a person to join you.",
    "second_failure": "Something keeps going wrong here, so I am asking a person to join you.",
}


def reply(reason: str) -> Reply:
    """The reply with which a conversation goes into the queue; `reason` is a key of WHY."""
    body = f"{WHY[reason]} {attendance.now().waiting_text}"
    return Reply(Outcome.HANDOFF, body, {"event": "waiting"}, {"handoff": reason})
