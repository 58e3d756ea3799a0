"""Every saved or deleted row announces the change that it is."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from faq.models import Category, Entry, Phrasing, Synonym, announce_change, lock_revision


def about_to_change(**details: Any) -> None:
    lock_revision()


for model in (Category, Entry, Phrasing, Synonym):
    pre_save.connect(about_to_change, sender=model)
    pre_delete.connect(about_to_change, sender=model)


@receiver([post_save, post_delete], sender=Category)
def category_changed(instance: Category, **details: Any) -> None:
    announce_change(instance.entries.values_list("pk", flat=True) if instance.pk else [])


@receiver([post_save, post_delete], sender=Synonym)
def synonym_changed(**details: Any) -> None:
    # Every process reads them with the next change of the FAQ.
    announce_change([])


@receiver([post_save, post_delete], sender=Entry)
def entry_changed(instance: Entry, **details: Any) -> None:
    # A saved entry bears a new mark already.
    announce_change([])


@receiver([post_save, post_delete], sender=Phrasing)
def phrasing_changed(instance: Phrasing, **details: Any) -> None:
    announce_change([instance.entry_id])
