"""The project's own file: {"categories": [{"slug", "name", "entries": [{"title", "answer",
"link", "lang", "valid_from", "valid_until", "phrasings": [...]}]}]}; times as
2026-11-20T09:00:00Z."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from django.core.exceptions import ValidationError

from faq import history
from faq.models import Category, Entry, Phrasing, wording_key
from faq.search import vectors
from faq.search.reading import read_items


class Unreadable(ValueError):
    """The file is none of ours; the text says where and why, in one line."""


class EntryRecord(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    answer: str
    link: str = ""
    lang: str = "en"
    valid_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    valid_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    phrasings: list[str] = []


class CategoryRecord(msgspec.Struct, forbid_unknown_fields=True):
    slug: str
    name: str
    entries: list[EntryRecord] = []


class FileRecord(msgspec.Struct):
    categories: list[CategoryRecord]


@dataclass
class Loaded:
    """What a load has done: entries by title, phrasings by number."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    phrasings: int = 0

    def __str__(self) -> str:
        return (
            f"{len(self.created)} entries new, {len(self.updated)} updated, "
            f"{len(self.unchanged)} as they were; {self.phrasings} phrasings added."
        )


# The wordings to come, by entry and key.
New = defaultdict[int, dict[str, Phrasing]]
# Below what the databases take as parameters of one query.
AT_ONCE = 500


def load(path: Path | str) -> Loaded:
    """Load a file into the FAQ, all of it or nothing; a second time it changes nothing.

    Entries are known by their title. What an admin has added since (entries, phrasings)
    stays. Raises Unreadable.
    """
    try:
        records = msgspec.json.decode(Path(path).read_bytes(), type=FileRecord)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path}: {error}") from error
    loaded = Loaded()
    with history.recorded(f"Loaded from {Path(path).name}."):
        new = New(dict)
        for record in records.categories:
            _load_category(record, loaded, new)
        _store(new)
    # After the transaction, which would lock others out for these seconds.
    vectors.warm([text for item in read_items() for text in item.texts])
    return loaded


def _load_category(record: CategoryRecord, loaded: Loaded, new: New) -> None:
    category = Category.objects.filter(slug=record.slug).first() or Category(slug=record.slug)
    if category.name != record.name:
        category.name = record.name
        _save(category, record.name)
    for entry in record.entries:
        _load_entry(category, entry, loaded, new)


def _load_entry(category: Category, record: EntryRecord, loaded: Loaded, new: New) -> None:
    title = " ".join(record.title.split())
    entry = Entry.objects.filter(title=title).first() or Entry(title=title)
    wanted = {name: getattr(record, name) for name in ("link", "lang", "valid_from", "valid_until")}
    wanted |= {"category_id": category.pk, "answer": record.answer.strip()}
    changed = {name for name, value in wanted.items() if getattr(entry, name) != value}
    is_new = entry.pk is None
    if is_new or changed:
        for name, value in wanted.items():
            setattr(entry, name, value)
        _save(entry, title)
    added = _load_phrasings(entry, record.phrasings, new[entry.pk])
    loaded.phrasings += added
    kind = loaded.created if is_new else loaded.updated if changed or added else loaded.unchanged
    kind.append(title)


def _load_phrasings(entry: Entry, texts: list[str], new: dict[str, Phrasing]) -> int:
    """Add to `new` what the entry does not have; how many those are."""
    stored = entry.phrasings.values_list("key", flat=True)
    present = {wording_key(entry.title), *stored, *new}
    before = len(new)
    for text in texts:
        if (key := wording_key(text)) not in present:
            present.add(key)
            # Without its entry: whether that has this wording is not to be asked one by one.
            new[key] = Phrasing(text=" ".join(text.split()), key=key)
            _check(new[key], f"{entry.title}: {text!r}")
            new[key].entry = entry
    return len(new) - before


def _store(new: New) -> None:
    """All together: each store is announced, and a step of the history."""
    phrasings = [phrasing for of_entry in new.values() for phrasing in of_entry.values()]
    for start in range(0, len(phrasings), AT_ONCE):
        Phrasing.objects.bulk_create(phrasings[start : start + AT_ONCE])


def _save(row: Category | Entry, name: str) -> None:
    _check(row, name)
    row.save()


def _check(row: Category | Entry | Phrasing, name: str) -> None:
    try:
        row.full_clean(exclude=["entry"], validate_unique=not isinstance(row, Phrasing))
    except ValidationError as error:
        raise Unreadable(f"{name}: {' '.join(error.messages)}") from error
