"""The admin as a whole: what is needed daily stands first."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

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

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method in ("GET", "HEAD"):
            # Typed or bookmarked. A link must log nobody out: the desk's page asks.
            return redirect(f"{reverse('account_logout')}?next={reverse('admin:index')}")
        return super().logout(request, extra_context)


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
