"""Conversations with their messages and turns, to read."""

from django.contrib import admin

from chat.admin.read_only import ReadOnly
from chat.models import BotTurn, Conversation, Message


class MessageInline(ReadOnly, admin.TabularInline):
    model = Message
    fields = ["seq", "author_kind", "author_name", "visibility", "body", "data", "created_at"]
    ordering = ["seq"]
    extra = 0


class BotTurnInline(ReadOnly, admin.TabularInline):
    model = BotTurn
    fields = [
        "question_seq", "question", "outcome", "entry", "confidence", "feedback", "next_step",
        "milliseconds", "started_at",
    ]  # fmt: skip
    extra = 0
    show_change_link = True


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["public_id", "status", "assignee", "head_seq", "created_at", "updated_at"]
    list_filter = ["status", "kind", "assignee", "created_at"]
    list_select_related = ["assignee"]
    search_fields = ["public_id", "label"]
    date_hierarchy = "created_at"
    inlines = [MessageInline, BotTurnInline]
    exclude = ["visitor_key"]
