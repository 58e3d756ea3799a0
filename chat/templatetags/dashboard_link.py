"""The way from the admin's pages to the agents' dashboard."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat import agents

register = template.Library()


@register.simple_tag(takes_context=True)
def dashboard_link(context: dict[str, Any]) -> SafeString:
    """Return a link for whoever may answer; nothing for others, also where a page has no user."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not agents.everybody().filter(pk=user.pk).exists():
        return SafeString("")
    return format_html('<a href="{}" class="dashboard">Dashboard</a>', reverse("dashboard"))
