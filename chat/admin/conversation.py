"""Conversations with what was said and what the bot did about it, to read."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from chat.admin.read_only import ReadOnly
from chat.models import BotTurn, Conversation
from chat.models.conversation import Kind

SHOWN = 300  # the newest messages; all of them are on the agents' page


class Kinds(admin.ChoicesFieldListFilter):
    """The kinds that are listed."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            if choice["display"] != Kind.FEED.label:
                yield choice


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "public_id", "subject", "party", "state", "assignee", "messages_said", "created_at",
        "updated_at",
    ]  # fmt: skip
    list_filter = ["status", ("kind", Kinds), "assignee", "created_at"]
    list_select_related = ["assignee"]
    search_fields = ["public_id", "label", "subject", "=party"]
    date_hierarchy = "created_at"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("public_id", "kind"), ("state", "assignee"), ("subject", "party"),
                    ("assistant", "waited_seconds"), ("created_at", "updated_at"),
                ]
            },
        ),
        ("What was said", {"fields": ["thread"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        # The announcements' log is nobody's conversation; they have a list of their own.
        found: QuerySet[Conversation] = super().get_queryset(request)
        return found.exclude(kind=Kind.FEED)

    @admin.display(description="status", ordering="status")
    def state(self, conversation: Conversation) -> SafeString:
        return render_to_string("admin/chat/conversation/state.html", {"one": conversation})

    @admin.display(description="messages", ordering="head_seq")
    def messages_said(self, conversation: Conversation) -> int:
        return conversation.head_seq

    @admin.display(description="messages")
    def thread(self, conversation: Conversation) -> SafeString:
        newest = list(conversation.messages.order_by("-seq")[:SHOWN])
        turns = BotTurn.objects.filter(conversation=conversation).select_related("entry")
        done = {turn.reply_seq or turn.question_seq: turn for turn in turns}
        context = {
            "rows": [(message, done.get(message.seq)) for message in reversed(newest)],
            "earlier": conversation.head_seq - len(newest),
        }
        return render_to_string("admin/chat/conversation/thread.html", context)
