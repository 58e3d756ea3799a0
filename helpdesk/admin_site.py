"""The admin as a whole: what is needed daily stands first."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

FIRST = [
    "faq", "Entry", "Category", "Synonym",
    "chat", "Gap", "Conversation", "BotTurn", "Assistant",
]  # fmt: skip
# The theme makes two <style> elements (hidden columns, folded groups) and names the page's nonce.
STYLES = {"style-src": ["'self'", NONCE]}
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Site(AdminSite):
    index_title = "Admin"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda model: _place(model["object_name"]))
        return sorted(found, key=lambda app: _place(app["app_label"]))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded = csp_update(STYLES)(super().admin_view(view, cacheable))

        def with_nonce(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # django-csp's nonce counts as none until somebody has read it; the theme asks first.
            str(request.csp_nonce)  # type: ignore[attr-defined]
            return guarded(request, *args, **kwargs)

        return cast(View, with_nonce)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method in ("GET", "HEAD"):
            # Typed or bookmarked. A link must log nobody out: the desk's page asks.
            return redirect(f"{reverse('account_logout')}?next={reverse('admin:index')}")
        return super().logout(request, extra_context)


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
