"""What the bot did and why, and what came of it, to read."""

from django.contrib import admin

from chat.admin.read_only import ReadOnly
from chat.models import BotTurn


@admin.register(BotTurn)
class BotTurnAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "id", "conversation", "outcome", "question", "entry", "confidence", "feedback",
        "next_step", "milliseconds", "started_at",
    ]  # fmt: skip
    list_filter = ["outcome", "band", "feedback", "next_step", "engine", "started_at"]
    list_select_related = ["conversation", "entry"]
    search_fields = ["question", "conversation__public_id"]
    exclude = ["token"]
