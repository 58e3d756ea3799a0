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
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import models
from django.db.models.signals import pre_delete, pre_save
from django.utils import timezone
from reversion.models import Revision, Version

from faq.models import Category, Entry, Phrasing, bulk_change

AT_ONCE = 500
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


def record_many(entry_ids: Iterable[int], comment: str, user: Any = None) -> None:
    """Record one step by which many entries have become what they are now.

    As `recorded` would, which copies all it has so far for each row more.
    """
    step = Revision.objects.create(date_created=timezone.now(), user=user, comment=comment)
    ids = sorted(set(entry_ids))
    for start in range(0, len(ids), AT_ONCE):
        entries = Entry.objects.filter(pk__in=ids[start : start + AT_ONCE])
        rows: list[models.Model] = [*entries]
        rows += Phrasing.objects.filter(entry__in=entries)
        Version.objects.bulk_create(_version(step, row) for row in rows)


def _version(step: Revision, row: models.Model) -> Version:
    return Version(
        revision=step,
        object_id=str(row.pk),
        content_type=ContentType.objects.get_for_model(row),
        db="default",
        format="json",
        serialized_data=serializers.serialize("json", [row]),
        object_repr=str(row),
    )


def keep(entry_ids: Iterable[int]) -> None:
    """Keep the present state of those entries that have no history yet."""
    ids = set(entry_ids)
    known = Version.objects.get_for_model(Entry).filter(object_id__in=list(map(str, ids)))
    ids -= {int(pk) for pk in known.values_list("object_id", flat=True).distinct()}
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
