"""Assistants, conversations, bot turns, gaps, announcements, API tokens in Django's admin."""

# Imported for their registrations.
from chat.admin import (
    announcement,
    api_token,
    assistant,
    bot_turn,
    conversation,
    gap,
)

__all__ = [
    "announcement",
    "api_token",
    "assistant",
    "bot_turn",
    "conversation",
    "gap",
]
