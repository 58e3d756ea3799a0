"""Assistants, conversations, devices, turns, gaps, announcements, people … in the admin."""

# Imported for their registrations.
from chat.admin import (
    announcement,
    api_token,
    assistant,
    bot_turn,
    conversation,
    device,
    gap,
    member,
    people,
)

__all__ = [
    "announcement",
    "api_token",
    "assistant",
    "bot_turn",
    "conversation",
    "device",
    "gap",
    "member",
    "people",
]
