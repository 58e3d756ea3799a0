"""Programs' keys, each shown once."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from chat.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    list_display = ["name", "may_announce", "is_active", "made_by", "made_at", "used_at"]
    list_filter = ["is_active"]
    readonly_fields = ["made_by", "made_at", "used_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            key = ApiToken.new_key()
            obj.key_hash = ApiToken.hash_of(key)
            obj.made_by = request.user
            self.message_user(
                request,
                f"The key of “{obj.name}”, shown this once and kept only as a hash: {key}",
                messages.WARNING,
            )
        super().save_model(request, obj, form, change)
