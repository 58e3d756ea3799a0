"""The admin as a whole: what is needed daily stands first."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest

FIRST = [
    "faq", "Entry", "Category", "Synonym",
    "chat", "Gap", "Conversation", "BotTurn", "Assistant",
]  # fmt: skip


class Site(AdminSite):
    index_title = "Admin"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda model: _place(model["object_name"]))
        return sorted(found, key=lambda app: _place(app["app_label"]))


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
