"""A line on the admin's pages while the search engine is away."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from faq.search.condition import health

register = template.Library()


@register.simple_tag
def engine_trouble() -> SafeString:
    """Return a list as Django's messages are, with what is wrong; nothing where all is well."""
    state = health()
    if state.is_well:
        return SafeString("")
    return format_html('<ul class="messagelist"><li class="warning">{}</li></ul>', state.trouble)
