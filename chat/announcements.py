"""Announcements as readers and authors see them. Reads only, but for the row of their log."""

from collections.abc import Iterable

from django.db.models import Count, Q

from chat.frames import Frame, timestamp
from chat.models import Announcement, AnnouncementReceipt, Conversation
from chat.models.announcement import Noticed
from chat.models.conversation import Kind

# No visitor's label: a letter or digit comes first in those.
FEED = "*announcements"
LISTED = 50
PASSING = 10  # beside those: otherwise talkative devices would push them off the list
DEVICE = "device:"  # so begins the author_key of a device


def feed() -> Conversation:
    """The conversation whose log holds every announcement, made on first need."""
    found, _ = Conversation.objects.get_or_create(
        public_id=FEED, defaults={"label": "announcements", "kind": Kind.FEED}
    )
    return found


def announcement_frame(row: Announcement) -> Frame:
    """The ANNOUNCEMENT object of docs/protocol.md."""
    return {
        "id": row.public_id,
        "revision": row.revision,
        "text": row.text,
        "form": row.form,
        "from": row.author_name,
        "timestamp": timestamp(row.starts_at),
        "expires_at": row.expires_at and timestamp(row.expires_at),
        "withdrawn": row.withdrawn_at is not None,
    }


def current(reader_key: str, audiences: Iterable[str]) -> list[Frame]:
    """What a reader of these audiences is still to be told, oldest first, with `state`: how far
    each has got with this reader already ("", "reached", "seen" or "dismissed").

    A device is not told what it has announced itself.
    """
    named = set(audiences)
    slugs = {name.removeprefix("assistant:") for name in named if name.startswith("assistant:")}
    whose = Q(audience__in=named, assistant=None) | Q(assistant__slug__in=slugs)
    valid = Announcement.objects.valid().filter(whose)
    if reader_key.startswith(DEVICE):
        valid = valid.exclude(author_key=reader_key)
    rows = list(valid.order_by("id"))
    if not rows:
        return []
    receipts = AnnouncementReceipt.objects.filter(announcement__in=rows, reader_key=reader_key)
    states = dict(receipts.values_list("announcement", "state"))
    return [{**announcement_frame(row), "state": _word(states.get(row.pk, 0))} for row in rows]


def _word(state: int) -> str:
    return Noticed(state).name.lower() if state else ""


def listed() -> list[Frame]:
    """The newest announcements for their authors: ANNOUNCEMENT with audience, state and counts."""
    rows = Announcement.objects.select_related("assistant").annotate(**_counts())
    rows = rows.order_by("-id")  # what is counted over has no order by itself
    newest = [*rows.lasting()[:LISTED], *rows.passing()[:PASSING]]
    return [managed_frame(row) for row in sorted(newest, key=lambda row: -row.pk)]


def managed(public_id: str) -> Frame:
    """One of them. Raises Announcement.DoesNotExist."""
    return managed_frame(Announcement.objects.annotate(**_counts()).get(public_id=public_id))


def managed_frame(row: Announcement) -> Frame:
    counts = {name: getattr(row, name, 0) for name in ("reached", "seen", "dismissed", "devices")}
    return {
        **announcement_frame(row),
        "audience": row.audience,
        "assistant": row.assistant.slug if row.assistant else None,
        "state": row.state,
        "created_at": timestamp(row.created_at),
        "counts": counts,
    }


def _counts() -> dict[str, Count]:
    """A device's socket shows nothing: what is written to it counts as sent, not as reached."""
    is_device = Q(receipts__reader_key__startswith=DEVICE)
    least = {
        "reached": Noticed.REACHED,
        "seen": Noticed.SEEN,
        "dismissed": Noticed.DISMISSED,
    }
    return {
        **{
            name: Count("receipts", filter=~is_device & Q(receipts__state__gte=state.value))
            for name, state in least.items()
        },
        "devices": Count("receipts", filter=is_device),
    }
