"""The assistants, to add, edit, order and switch off."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.drafts import tally
from chat.models import Assistant


@admin.register(Assistant)
class AssistantAdmin(admin.ModelAdmin):
    list_display = ["name", "order", "is_active", "is_default", "task", "answers_from", "drafts"]
    list_editable = ["order", "is_active"]
    search_fields = ["name", "slug", "about"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["categories"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": [("name", "slug"), "about", ("order", "is_active", "is_default")]}),
        ("What customers see", {"fields": ["greeting", "questions", "notice"]}),
        ("What it does", {"fields": ["task", "categories", "heeds_emergencies", "is_shadow"]}),
        (
            "Language model",
            {"fields": ["uses_model", "prompt", ("temperature", "longest_reply")]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assistant]:
        return super().get_queryset(request).prefetch_related("categories")

    @admin.display(description="shadow mode")
    def drafts(self, assistant: Assistant) -> str:
        """What has become of its drafts, also after it was let speak."""
        found = tally(assistant.pk)
        if not assistant.is_shadow:
            return f"off ({found.words})" if found.decided else "off"
        return f"on: {found.words}"

    @admin.display(description="answers from")
    def answers_from(self, assistant: Assistant) -> str:
        names = [category.name for category in assistant.categories.all()]
        return ", ".join(names) or "what is no other’s"
