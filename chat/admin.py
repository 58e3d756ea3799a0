"""Conversations and bot turns, to read. What happened is not changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chat.models import BotTurn, Conversation, Message


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
