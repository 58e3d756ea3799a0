"""What the rows of a file change, stored at once.

On SQLite nobody else writes meanwhile, chat messages neither: hence few statements for many
rows, and nothing in the transaction that can be worked out before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from faq import history
from faq.models import Category, Entry, Phrasing, announce_change, wording_key

AT_ONCE = 500
COLUMNS = {"published": "is_published"}


class Changed(Exception):
    """The entries are not any more as they were when the file was looked at."""


def store(rows: Iterable[Any], comment: str, user: Any) -> None:
    """Store new and changed entries, all or none, as one step of the history.

    `rows` are import_export's results, whose instances hold what is to be: `wanted` their
    wordings, `changed` the columns. Raises Changed.
    """
    rows = [row for row in rows if row.import_type in (row.IMPORT_TYPE_NEW, row.IMPORT_TYPE_UPDATE)]
    new = [row.instance for row in rows if row.import_type == row.IMPORT_TYPE_NEW]
    old = [row.instance for row in rows if row.import_type == row.IMPORT_TYPE_UPDATE]
    if not rows:
        return
    for some in _in_pieces([entry.pk for entry in old]):
        history.keep(some)
    try:
        with transaction.atomic():
            _store(new, old)
            history.record_many([entry.pk for entry in [*new, *old]], comment, user)
    except IntegrityError as error:
        raise Changed("An entry of the file was added or removed meanwhile.") from error
    for row in rows:
        row.add_instance_info(row.instance)


def _store(new: list[Any], old: list[Any]) -> None:
    announce_change([])  # whoever else changes entries waits from here on
    _refuse_changed(new, old)
    _plain(Entry).bulk_create(new, batch_size=AT_ONCE)
    _update(old)
    gone, added = _wordings(new, old)
    for some in _in_pieces(gone):
        Phrasing.objects.filter(pk__in=some)._raw_delete("default")
    _plain(Phrasing).bulk_create(added, batch_size=AT_ONCE)
    for some in _in_pieces([entry.pk for entry in old]):
        announce_change(some)


def _plain(model: type[Model]) -> QuerySet[Any]:
    """Queries that announce nothing, as the tracked ones would do one by one: it is announced
    once, for all."""
    return QuerySet(model)


def _refuse_changed(new: list[Any], old: list[Any]) -> None:
    marks: dict[int, str] = {}
    for some in _in_pieces([entry.pk for entry in old]):
        marks |= dict(Entry.objects.filter(pk__in=some).values_list("pk", "mark"))
    if any(marks.get(entry.pk) != entry.mark for entry in old):
        raise Changed("Somebody has changed an entry of the file meanwhile.")
    wanted = {entry.category_id for entry in [*new, *old]}
    if wanted - set(Category.objects.values_list("pk", flat=True)):
        raise Changed("A category of the file was removed meanwhile.")


def _update(old: list[Any]) -> None:
    """Together, those of which the same columns change: few statements, and short ones."""
    by_columns: dict[tuple[str, ...], list[Any]] = {}
    for entry in old:
        entry.updated_at = timezone.now()
        names = [COLUMNS.get(name, name) for name in entry.changed if name != "phrasings"]
        by_columns.setdefault((*names, "updated_at"), []).append(entry)
    for columns, entries in by_columns.items():
        _plain(Entry).bulk_update(entries, columns, batch_size=AT_ONCE)


def _wordings(new: list[Any], old: list[Any]) -> tuple[list[int], list[Phrasing]]:
    """Return the ids of the wordings that go, and those to come: in the row's order, keeping
    what stays at the front."""
    gone, added = [], []
    for entry in new:
        added += _phrasings(entry, getattr(entry, "wanted", []))
    for entry in old:
        if "phrasings" in entry.changed:
            present = list(entry.phrasings.all())
            kept = 0
            for phrasing, text in zip(present, entry.wanted, strict=False):
                if phrasing.text != text:
                    break
                kept += 1
            gone += [phrasing.pk for phrasing in present[kept:]]
            added += _phrasings(entry, entry.wanted[kept:])
    return gone, added


def _phrasings(entry: Entry, texts: Sequence[str]) -> list[Phrasing]:
    return [Phrasing(entry=entry, text=text, key=wording_key(text)) for text in texts]


def _in_pieces(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
