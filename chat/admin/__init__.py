"""Assistants, conversations, bot turns and gaps in Django's admin."""

# Imported for their registrations.
from chat.admin import assistant, bot_turn, conversation, gap

__all__ = ["assistant", "bot_turn", "conversation", "gap"]
