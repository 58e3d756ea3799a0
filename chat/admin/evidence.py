"""Why the bot did what it did in a turn, for people: its search as the try-it page shows one."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from faq.search import Hit, Result
from faq.search.explaining import Explanation, explain


def rendered(evidence: dict[str, Any] | None) -> SafeString:
    """A turn's record as facts and a table; that there is none where there is none."""
    record = dict(evidence or {})
    found = record.pop("search", None)
    model = record.pop("model", None) or {}
    context = {
        "explanation": explanation(found) if found else None,
        "facts": [
            (name.replace("_", " "), value)
            for name, value in (record | {f"model {name}": model[name] for name in model}).items()
            if value not in ("", None, [], {})
        ],
    }
    return render_to_string("admin/chat/botturn/evidence.html", context)


def explanation(search: dict[str, Any]) -> Explanation | None:
    """The search of a turn's record, explained; None of a record that lacks a part of it."""
    try:
        hits = tuple(Hit(**{"answer": "", **hit}) for hit in search["hits"])
        return explain(Result(**{**search, "hits": hits}))
    except (KeyError, TypeError):
        return None
