"""What changed between one step of an entry's history and the next."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.contrib.contenttypes.models import ContentType
from reversion.models import Version

from faq.models import Category, Entry, Phrasing

FIELDS = (
    "title", "answer", "link", "category", "lang", "is_published", "valid_from", "valid_until",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A part of a text that is "kept", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    name: str
    pieces: tuple[Piece, ...]


def changes(versions: Sequence[Version]) -> list[list[Change]]:
    """Return for each of an entry's versions, oldest first, what it changed."""
    wordings = _wordings(versions)
    names = dict(Category.objects.values_list("pk", "name"))
    found: list[list[Change]] = []
    before: dict[str, Any] | None = None
    for version in versions:
        state = _state(version, names, wordings[version.revision_id])
        found.append(_compared(before, state) if before else [])
        before = state
    return found


def _state(version: Version, categories: dict[int, str], wordings: list[str]) -> dict[str, Any]:
    fields = json.loads(version.serialized_data)[0]["fields"]
    state = {name: fields.get(name) for name in FIELDS}
    state["category"] = categories.get(state["category"], f"category {state['category']}")
    state["is_published"] = "yes" if state["is_published"] else "no"
    return {**state, "wordings": wordings}


def _wordings(versions: Iterable[Version]) -> dict[int, list[str]]:
    """The wordings that went with each version, by the id of its revision."""
    versions = list(versions)
    entry = {int(version.object_id) for version in versions}
    rows = Version.objects.filter(
        revision__in=[version.revision_id for version in versions],
        content_type=ContentType.objects.get_for_model(Phrasing),
    )
    found = defaultdict(list)
    for row in rows.order_by("pk"):
        fields = json.loads(row.serialized_data)[0]["fields"]
        if fields["entry"] in entry:
            found[row.revision_id].append(fields["text"])
    return found


def _compared(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    found = [
        Change(_name(field), tuple(compare(str(before[field] or ""), str(after[field] or ""))))
        for field in FIELDS
        if before[field] != after[field]
    ]
    gone = [Piece("gone", text) for text in before["wordings"] if text not in after["wordings"]]
    new = [Piece("new", text) for text in after["wordings"] if text not in before["wordings"]]
    return [*found, Change("wordings", (*gone, *new))] if gone or new else found


def _name(field: str) -> str:
    return str(getattr(Entry._meta.get_field(field), "verbose_name", field))


def compare(before: str, after: str) -> Iterable[Piece]:
    """Yield the words of two texts in order: what both have, what only one of them has."""
    one, other = (re.findall(r"\s+|\S+", text) for text in (before, after))
    for kind, begin, end, start, stop in SequenceMatcher(None, one, other, False).get_opcodes():
        if kind == "equal":
            yield Piece("kept", "".join(one[begin:end]))
            continue
        if begin < end:
            yield Piece("gone", "".join(one[begin:end]))
        if start < stop:
            yield Piece("new", "".join(other[start:stop]))
