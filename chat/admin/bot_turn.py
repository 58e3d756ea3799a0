"""What the bot did and why, and what came of it, to read."""

from django.contrib import admin
from django.utils.safestring import SafeString

from chat.admin import evidence
from chat.admin.read_only import ReadOnly
from chat.models import BotTurn


@admin.register(BotTurn)
class BotTurnAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "question_shown", "outcome", "entry", "confidence_shown", "feedback", "next_step",
        "started_at",
    ]  # fmt: skip
    list_filter = ["outcome", "band", "feedback", "next_step", "engine", "started_at"]
    list_select_related = ["entry"]
    search_fields = ["question", "conversation__public_id"]
    fieldsets = [
        (None, {"fields": ["conversation", ("started_at", "finished_at")]}),
        (
            "What the bot did",
            {"fields": ["outcome", "entry", "confidence_shown", "milliseconds_shown", "why"]},
        ),
        ("What the customer did next", {"fields": ["feedback", "next_step", "gap"]}),
    ]

    @admin.display(description="question", ordering="question")
    def question_shown(self, turn: BotTurn) -> str:
        return turn.question or "(no question)"

    @admin.display(description="confidence", ordering="confidence")
    def confidence_shown(self, turn: BotTurn) -> str | None:
        return None if turn.confidence is None else f"{turn.confidence:.2f}"

    @admin.display(description="milliseconds")
    def milliseconds_shown(self, turn: BotTurn) -> str | None:
        return None if turn.milliseconds is None else f"{turn.milliseconds:.0f}"

    @admin.display(description="why")
    def why(self, turn: BotTurn) -> SafeString:
        return evidence.rendered(turn.evidence)
