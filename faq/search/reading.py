"""Reads the published entries; of those read before, only what has changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from faq.models import Entry, Phrasing
from faq.search.corpus import Item

AT_ONCE = 500


def read_items(known: Sequence[Item] = ()) -> list[Item]:
    """Return all published entries, whenever they are valid; from `known` those with the
    same mark."""
    marks = Entry.objects.filter(is_published=True).order_by("pk").values_list("pk", "mark")
    items = {(item.entry_id, item.mark): item for item in known}
    wanted = list(marks)
    changed = [pk for pk, mark in wanted if (pk, mark) not in items]
    fresh: dict[int, Item] = {}
    for start in range(0, len(changed), AT_ONCE):
        fresh |= _read(changed[start : start + AT_ONCE])
    found = (items.get((pk, mark)) or fresh.get(pk) for pk, mark in wanted)
    # One that was deleted between the two queries is gone; its mark tells the next search.
    return [item for item in found if item is not None]


def _read(ids: Sequence[int]) -> dict[int, Item]:
    texts = defaultdict(list)
    for entry_id, text in (
        Phrasing.objects.filter(entry_id__in=ids).order_by("pk").values_list("entry_id", "text")
    ):
        texts[entry_id].append(text)
    entries = Entry.objects.filter(pk__in=ids, is_published=True).select_related("category")
    return {
        entry.pk: Item.of(
            entry.pk,
            [entry.title, *texts[entry.pk]],
            mark=entry.mark,
            title=entry.title,
            answer=entry.answer,
            link=entry.link,
            category=entry.category.slug,
            lang=entry.lang,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
        )
        for entry in entries
    }
