"""Who changed what in an entry and its wordings, and how it was before (django-reversion).

The admin's pages record by themselves; what else changes entries does so within `recorded`.
Before an entry of which nothing is known yet changes or goes, its state is kept.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import reversion
from django.db.models.signals import pre_delete, pre_save
from reversion.models import Version

from faq.models import Category, Entry, Phrasing, bulk_change

BEFORE_HISTORY = "As it was before."

reversion.register(Entry, follow=["phrasings"])
reversion.register(Phrasing, follow=["entry"])


@contextmanager
def recorded(comment: str, user: Any = None) -> Iterator[None]:
    """Record, as one step of the history, what changes in the block; within another, as its."""
    with reversion.create_revision():
        reversion.set_comment(comment)
        if user is not None:
            reversion.set_user(user)
        yield


def record(entry_ids: Iterable[int]) -> None:
    """Put entries that changed without `save()` into the step that is being recorded, if any."""
    if reversion.is_active():
        for entry in Entry.objects.filter(pk__in=set(entry_ids)):
            reversion.add_to_revision(entry)


def keep(entry_ids: Iterable[int]) -> None:
    """Keep the present state of those entries that have no history yet."""
    ids = set(entry_ids)
    known = Version.objects.get_for_model(Entry).filter(object_id__in=map(str, ids))
    ids -= {int(pk) for pk in known.values_list("object_id", flat=True)}
    for entry in Entry.objects.filter(pk__in=ids):
        _apart(lambda entry=entry: _keep(entry))  # type: ignore[misc]


def _keep(entry: Entry) -> None:
    with recorded(BEFORE_HISTORY):
        reversion.set_date_created(entry.updated_at)
        reversion.add_to_revision(entry)


def _apart(act: Callable[[], None]) -> None:
    """Act outside the step that is being recorded: in a context that knows nothing of it."""
    contextvars.Context().run(act)


def _keep_before(instance: Entry, raw: bool = False, **details: Any) -> None:
    if not raw and not instance._state.adding:
        keep([instance.pk])


def _bulk_changed(sender: type, entry_ids: list[int], done: bool, **details: Any) -> None:
    # A category's new name is no change of its entries.
    if sender is not Category:
        record(entry_ids) if done else keep(entry_ids)


bulk_change.connect(_bulk_changed)
pre_save.connect(_keep_before, sender=Entry)
pre_delete.connect(_keep_before, sender=Entry)
