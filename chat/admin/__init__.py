"""Conversations, bot turns and gaps in Django's admin."""

# Imported for their registrations.
from chat.admin import bot_turn, conversation, gap

__all__ = ["bot_turn", "conversation", "gap"]
