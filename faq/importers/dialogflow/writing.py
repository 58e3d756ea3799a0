"""Drafts become rows: a few statements for the whole agent, however many intents it has."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from faq.importers.dialogflow.taking_over import Draft, Note
from faq.importers.json_file import Unreadable
from faq.models import Category, Entry, Phrasing, wording_key

LONGEST_CATEGORY = 80


@dataclass
class Report:
    """What an import has done: entries by title, and what was not taken over."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    phrasings: int = 0
    # New entries that are not published, with the reasons.
    unsure: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"{len(self.created)} entries new, {len(self.updated)} updated, "
            f"{len(self.unchanged)} as they were; {self.phrasings} phrasings added."
        ]
        if self.unsure:
            lines += ["", "New, but not published until somebody has looked at them:"]
            lines += grouped(self.unsure)
        if self.notes:
            lines += ["", "Not taken over:", *grouped(self.notes)]
        return "\n".join(lines)


def grouped(notes: list[Note]) -> list[str]:
    """Return a line for each kind of note, with how many there are and where."""
    places = defaultdict(list)
    for note in notes:
        places[note.what].append(note.where)
    return [f"  {what}: {len(where)} — {'; '.join(where)}" for what, where in places.items()]


class Writer:
    """Takes drafts, and writes them all at once; inside a transaction."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._categories: dict[str, Category] = {}
        self._titles = set(Entry.objects.values_list("title", flat=True))
        self._known = {entry.origin: entry for entry in Entry.objects.exclude(origin="")}
        self._keys = defaultdict(set)
        theirs = Phrasing.objects.exclude(entry__origin="")
        for entry, key in theirs.values_list("entry_id", "key"):
            self._keys[entry].add(key)
        self._entries: list[Entry] = []
        self._new_origins: set[str] = set()
        self._phrasings: list[Phrasing] = []

    def take(self, draft: Draft, category: str) -> None:
        """Note what is to be written of `draft`. Raises Unreadable."""
        if known := self._known.get(draft.origin):
            self._update(known, draft)
            return
        entry = self._new(draft, category)
        self.report.created.append(entry.title)
        self.report.unsure += [Note(doubt, entry.title) for doubt in draft.unsure]
        self._entries.append(entry)
        self._add_phrasings(entry, draft)

    def write(self) -> None:
        Entry.objects.bulk_create(self._entries)
        Phrasing.objects.bulk_create(self._phrasings, batch_size=1000)

    def _update(self, entry: Entry, draft: Draft) -> None:
        changed = entry.answer != draft.answer
        if changed:
            entry.answer = draft.answer
            entry.save()
        added = self._add_phrasings(entry, draft)
        kind = self.report.updated if changed or added else self.report.unchanged
        kind.append(entry.title)

    def _new(self, draft: Draft, category: str) -> Entry:
        entry = Entry(
            origin=draft.origin,
            category=self._category(category),
            title=self._free_title(draft.titles),
            answer=draft.answer,
            lang=draft.lang,
            is_published=not draft.unsure,
        )
        if draft.origin in self._new_origins:
            raise Unreadable(f"{entry.title}: the file has two intents of one id.")
        self._new_origins.add(draft.origin)
        try:
            entry.full_clean(exclude=["category"], validate_unique=False)
        except ValidationError as error:
            raise Unreadable(f"{entry.title}: {' '.join(error.messages)}") from error
        self._titles.add(entry.title)
        return entry

    def _free_title(self, titles: tuple[str, ...]) -> str:
        """The first title that no entry has; two intents may well begin with one phrase."""
        last = titles[-1]
        numbered = (f"{last[:290]} {number}" for number in range(2, 10_000))
        return next(title for title in (*titles, *numbered) if title not in self._titles)

    def _category(self, name: str) -> Category:
        name = " ".join(name.split())[:LONGEST_CATEGORY] or "Dialogflow"
        if name not in self._categories:
            slug = slugify(name) or hashlib.sha256(name.encode()).hexdigest()[:12]
            known = Category.objects.filter(name=name) | Category.objects.filter(slug=slug)
            self._categories[name] = known.first() or Category.objects.create(name=name, slug=slug)
        return self._categories[name]

    def _add_phrasings(self, entry: Entry, draft: Draft) -> int:
        present = {wording_key(entry.title)} | self._keys.get(entry.pk or 0, set())
        new = [text for text in draft.wordings if wording_key(text) not in present]
        self._phrasings += [Phrasing(entry=entry, text=text) for text in new]
        self.report.phrasings += len(new)
        return len(new)
