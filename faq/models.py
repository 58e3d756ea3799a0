"""What the bot may answer: entries in categories, each with the wordings people use."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faq import languages

# Longer than any question that the chat accepts is no wording of one.
LONGEST_WORDING = 300
LONGEST_ANSWER = 4000


# What changes rows without save() says so before and after: `entry_ids`, `done`.
bulk_change = Signal()


def new_mark() -> str:
    """Return a mark that no earlier state has had, even one that was rolled back."""
    return secrets.token_hex(8)


def wording_key(text: str) -> str:
    """Return what two wordings share that differ only in case and white space."""
    return " ".join(text.casefold().split())


class MarkField(models.CharField):
    """A new mark at every save, in bulk too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        setattr(model_instance, self.attname, new_mark())
        return str(getattr(model_instance, self.attname))


class KeyField(models.CharField):
    """The `wording_key` of the row's `text`, in bulk too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        setattr(model_instance, self.attname, wording_key(model_instance.text))  # type: ignore[attr-defined]
        return str(getattr(model_instance, self.attname))


class Tracked(models.QuerySet[Any]):
    """Queries that change rows without `save()`, hence without its signals, and announce
    the change themselves."""

    @transaction.atomic
    def update(self, **values: Any) -> int:
        lock_revision()
        # Asked before: afterwards the same filter may match other rows.
        changed = self.entry_ids()
        bulk_change.send(self.model, entry_ids=changed, done=False)
        count = super().update(**values)
        if count:
            announce_change(changed)
            bulk_change.send(self.model, entry_ids=changed, done=True)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *arguments: Any, **options: Any) -> list[Any]:
        lock_revision()
        created = super().bulk_create(objs, *arguments, **options)
        if created:
            changed = [row.entry_id for row in created if isinstance(row, Phrasing)]
            announce_change(changed)
            bulk_change.send(self.model, entry_ids=changed, done=True)
        return created

    def entry_ids(self) -> list[int]:
        """Return the ids of the entries whose search these rows take part in."""
        path = {"category": "entries__id", "entry": "id", "phrasing": "entry_id"}
        name = path[str(self.model._meta.model_name)]
        return [entry for entry in self.order_by().values_list(name, flat=True) if entry]


class Entries(Tracked):
    def current(self, at: datetime | None = None) -> Entries:
        """Return the entries that may be answered at a time, by default now: published, and
        within their validity, whose end is the first moment without them."""
        at = at or timezone.now()
        begun = Q(valid_from=None) | Q(valid_from__lte=at)
        going_on = Q(valid_until=None) | Q(valid_until__gt=at)
        return self.filter(begun, going_on, is_published=True)


class Category(models.Model):
    """A department of the help desk, from which an assistant may answer."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    objects = Tracked.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One answer of the FAQ. Its title counts as one wording more."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="entries")
    title = models.CharField(
        max_length=LONGEST_WORDING,
        unique=True,
        help_text=_("The question as people would ask it. It is searched too."),
    )
    answer = models.TextField(
        validators=[MaxLengthValidator(LONGEST_ANSWER)],
        help_text=_(
            "Sent word for word. Markdown: an empty line between paragraphs, - or 1. before the "
            "items of a list, **bold**, *italic*, `code`, [text](https://…)."
        ),
    )
    link = models.URLField(
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where to read more. Shown below the answer."),
    )
    is_published = models.BooleanField(
        _("published"), default=True, db_index=True, help_text=_("Only these are answered from.")
    )
    lang = models.CharField(
        _("language"),
        max_length=8,
        default="en",
        db_default="en",
        validators=[languages.is_code],
        help_text=_("Of title, wordings and answer."),
    )
    valid_from = models.DateTimeField(
        null=True, blank=True, help_text=_("Answered from this time on; empty: at once.")
    )
    valid_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Answered until this time; empty: for good.")
    )
    # Where an import found it, by which the next import knows it again: "dialogflow:en:…".
    origin = models.CharField(max_length=80, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    mark = MarkField(max_length=16, default=new_mark, editable=False)

    objects = Entries.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["origin"], condition=~models.Q(origin=""), name="faq_entry_once_an_origin"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self.title = " ".join(self.title.split())
        # Browsers end lines by two characters, files by one.
        self.answer = self.answer.replace("\r\n", "\n").strip()
        reject_unprintable(self.title, "title")
        reject_unprintable(self.answer, "answer")
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValidationError({"valid_until": _("This must be later than its beginning.")})


class Phrasing(models.Model):
    """One of the ways in which people ask for an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="phrasings")
    text = models.CharField(max_length=LONGEST_WORDING)
    # Casefolding may make three characters of one.
    key = KeyField(max_length=LONGEST_WORDING * 3, editable=False)

    objects = Tracked.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "key"], name="faq_phrasing_once_an_entry")
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        self.text = " ".join(self.text.split())
        reject_unprintable(self.text, "text")
        self.key = wording_key(self.text)
        if not re.search(r"\w", self.key):
            raise ValidationError({"text": _("A wording needs at least one word.")})
        if self.entry_id:
            self._reject_repeated()

    def _reject_repeated(self) -> None:
        if self.key == wording_key(self.entry.title):
            raise ValidationError({"text": _("The title says this already.")})
        others = Phrasing.objects.filter(entry_id=self.entry_id, key=self.key)
        if others.exclude(pk=self.pk).exists():
            raise ValidationError({"text": _("This entry has this wording already.")})


class Synonym(models.Model):
    """What people say for something, and how the FAQ says it: every question is searched as if
    it had been put in the FAQ's words."""

    said = models.CharField(
        _("people say"),
        max_length=80,
        unique=True,
        help_text=_("A word or a few, in any case: wlan"),
    )
    meant = models.CharField(
        _("the FAQ says"), max_length=80, help_text=_("What is searched for instead: wifi")
    )

    class Meta:
        ordering = ["said"]

    def __str__(self) -> str:
        return f"{self.said} → {self.meant}"

    def clean(self) -> None:
        self.said, self.meant = wording_key(self.said), " ".join(self.meant.split())
        for field in ("said", "meant"):
            reject_unprintable(getattr(self, field), field)
            if not re.search(r"\w", getattr(self, field)):
                raise ValidationError({field: _("A word is needed here.")})
        if self.said == wording_key(self.meant):
            raise ValidationError({"meant": _("That is the same word.")})


class Revision(models.Model):
    """One row that changes with every change of the FAQ: a process whose copy bears another
    mark reads what has changed before its next answer."""

    ONLY = 1

    mark = models.CharField(max_length=16, default=new_mark)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.mark

    @classmethod
    def current(cls) -> str:
        """Return the mark of the FAQ's present state; empty before the first entry."""
        return cls.objects.filter(pk=cls.ONLY).values_list("mark", flat=True).first() or ""


class Embedding(models.Model):
    """A wording's embedding, kept by the text's hash: computed once for all processes."""

    digest = models.CharField(max_length=64, primary_key=True)
    # float32 [384], a unit vector.
    vector = models.BinaryField()

    def __str__(self) -> str:
        return self.digest

    @staticmethod
    def digest_of(text: str) -> str:
        """Return the key of `text`: its SHA-256 in hexadecimal digits."""
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()


class Lease(models.Model):
    """Which process does what only one may do at a time, and until when it is trusted to."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


def lock_revision() -> None:
    """Let whoever else changes the FAQ wait until this transaction ends, if there is one.

    Called before rows are changed, so that all lock the revision first and their rows after it:
    in two orders they would wait for each other.
    """
    if transaction.get_connection().in_atomic_block:
        list(Revision.objects.select_for_update().filter(pk=Revision.ONLY))


@transaction.atomic
def announce_change(entry_ids: Iterable[int]) -> None:
    """Mark the entries and the whole FAQ as changed, in the transaction of the change.

    The revision's row stays locked until the commit, so changes commit one after the other,
    and whoever reads a mark reads at least the entries that belong to it.
    """
    Revision.objects.update_or_create(pk=Revision.ONLY, defaults={"mark": new_mark()})
    # The plain query: the tracked one would announce its own announcement.
    rows: models.QuerySet[Entry] = models.QuerySet(Entry).filter(pk__in=set(entry_ids))
    rows.update(mark=new_mark())


def is_storable(text: str) -> bool:
    """Whether `text` is free of control characters, which PostgreSQL and pages refuse."""
    return not any(ord(character) < 32 and character not in "\n\r\t" for character in text)


def reject_unprintable(text: str, field: str) -> None:
    """Raise ValidationError for control characters."""
    if not is_storable(text):
        raise ValidationError({field: _("Remove the control characters from this text.")})
