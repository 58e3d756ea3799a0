"""Announcing, editing, withdrawing: each is a row first and then an entry of the feed's log.

The row is what counts. The entry is committed together with it, or follows when the row's time
has come, from whichever process looks next (`publish_due`).
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from chat.access import Participant
from chat.actions.messages import clean_body, post_message_and_wait
from chat.announcements import announcement_frame, feed
from chat.errors import Conflict, NotFound, Refused, Unchanged
from chat.log import Entry, Locked, derived_client_id
from chat.models import Announcement, Assistant
from chat.models.announcement import Audience, Form
from chat.models.announcement import public_id as new_public_id
from chat.models.message import AuthorKind

AT_ONCE = 100
CHANGED = (
    "text",
    "form",
    "starts_at",
    "expires_at",
    "withdrawn_at",
    "revision",
    "changed_at",
)


def announce(
    participant: Participant,
    text: str,
    *,
    form: str = Form.BANNER,
    audience: str = Audience.EVERYONE,
    assistant: str | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    client_id: str = "",
) -> Announcement:
    """Makes an announcement; goes out at once where `starts_at` is None or past.

    The same client id from the same author is the same announcement. Raises Refused.
    """
    begins = starts_at or timezone.now()
    check_times(begins, expires_at)
    whose = _assistant(assistant, audience) if assistant else None
    defaults = {
        "text": clean_body(text),
        "form": form,
        "audience": audience,
        "assistant": whose,
        "starts_at": begins,
        "expires_at": expires_at,
        "author_id": participant.user_id,
        "author_name": participant.name,
    }
    with transaction.atomic():
        row, _ = Announcement.objects.get_or_create(
            author_key=participant.key,
            client_id=client_id or f"server-{uuid4().hex}",
            defaults=defaults,
        )
        return _publish_if_due(row)


def to_connected_devices(participant: Participant, text: str, client_id: str = "") -> Entry:
    """What a device says to every other that is connected: over as soon as it has gone out.

    To be committed like a message, together with others' in one transaction, because every device
    may. Raises Refused.
    """
    now = timezone.now()
    fields: dict[str, Any] = {
        "public_id": new_public_id(),
        "text": clean_body(text),
        "form": Form.MESSAGE.value,
        "audience": Audience.DEVICES.value,
        "starts_at": now,
        "expires_at": now,
        "published_revision": 1,
        "author_key": participant.key,
        "author_name": participant.name,
        "client_id": derived_client_id("all:", client_id or uuid4().hex),
    }

    def announced(conversation: Locked, seq: int) -> None:
        Announcement.objects.create(**fields)

    return Entry(
        feed().pk,
        AuthorKind.DEVICE.value,
        participant.key,
        fields["text"],
        client_id,
        author_name=participant.name,
        data=_data(Announcement(**fields)),
        effect=announced,
    )


def edit(public_id: str, changes: dict[str, Any]) -> Announcement:
    """Changes `text`, `form`, `starts_at` or `expires_at`; readers see the new one in its place.

    Raises NotFound, or Refused where the result could not be announced.
    """

    def change(row: Announcement) -> None:
        if row.withdrawn_at is not None:
            raise Conflict("withdrawn", "This announcement has been withdrawn.")
        if "starts_at" in changes and row.published_revision:
            raise Conflict("announced", "This has gone out already: its beginning is past.")
        for name, value in changes.items():
            setattr(row, name, clean_body(value) if name == "text" else value)
        check_times(row.starts_at, row.expires_at)

    return _changed(public_id, change)


def withdraw(public_id: str) -> Announcement:
    """Takes it off every screen; doing so again changes nothing. Raises NotFound."""

    def change(row: Announcement) -> None:
        if row.withdrawn_at is not None:
            raise Unchanged
        row.withdrawn_at = timezone.now()

    return _changed(public_id, change)


def publish_due() -> int:
    """Sends what is due and has not gone out yet; returns how many entries that made."""
    due = list(Announcement.objects.due().order_by("starts_at", "id")[:AT_ONCE])
    return sum(publish(row) for row in due)


def publish(row: Announcement) -> bool:
    """Appends the row's revision to the feed's log; False where another process was first."""

    def not_yet(conversation: Locked, entry: Entry) -> None:
        if _rows(row).filter(published_revision__gte=row.revision).exists():
            raise Unchanged

    def published(conversation: Locked, seq: int) -> None:
        _rows(row).update(published_revision=row.revision)

    entry = Entry(
        feed().pk,
        AuthorKind.SYSTEM.value,
        f"announcement:{row.public_id}",
        row.text,
        str(row.revision),
        author_id=row.author_id,
        author_name=row.author_name,
        data=_data(row),
        guard=not_yet,
        effect=published,
    )
    receipt = post_message_and_wait(entry)
    return receipt.posted is not None and not receipt.was_there


def _data(row: Announcement) -> dict[str, Any]:
    """What chat.hub.feed tells from."""
    frame = announcement_frame(row)
    return {"audience": row.readers, "announcement": frame, "author": row.author_key}


def _assistant(slug: str, audience: str) -> Assistant:
    if audience != Audience.CUSTOMERS:
        raise Refused("bad_frame", "Only customers have an assistant: audience must be customers.")
    found = Assistant.objects.filter(slug=slug).first() if slug.isprintable() else None
    if found is None:
        raise NotFound(f"There is no assistant {slug!r}.")
    return found


def _rows(row: Announcement) -> Any:
    return Announcement.objects.filter(pk=row.pk)


def _changed(public_id: str, change: Any) -> Announcement:
    with transaction.atomic():
        row = Announcement.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise NotFound("There is no such announcement.")
        try:
            change(row)
        except Unchanged:
            return row
        row.revision += 1
        row.changed_at = timezone.now()
        # Not published_revision: that is written under the feed's lock.
        row.save(update_fields=CHANGED)
        return _publish_if_due(row)


def _publish_if_due(row: Announcement) -> Announcement:
    if Announcement.objects.due().filter(pk=row.pk).exists():
        publish(row)
    row.refresh_from_db()
    return row


def check_times(starts_at: datetime, expires_at: datetime | None) -> None:
    """Raises Refused where nobody could be told."""
    if expires_at is not None and expires_at <= max(starts_at, timezone.now()):
        raise Refused("bad_frame", "An announcement expires after it begins, and after now.")
