"""Taking a picture in: how much, from whom, and what becomes of it."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from chat.errors import Refused
from chat.images import decoding, ocr, store
from chat.images.decoding import Unusable
from chat.models import Attachment, Conversation
from chat.models.attachment import Reading

DAY = timedelta(days=1)
MEGABYTE, GIGABYTE = 10**6, 10**9
PIECE = 64 * 1024
Read = Callable[[int], bytes]


def take_in(
    read: Read, conversation: Conversation, uploader_key: str, *, is_customers: bool
) -> Attachment:
    """Makes a picture of what `read` gives, and its row. Raises Refused.

    Only customers' pictures count against a quota, and only theirs are read.
    """
    if is_customers:
        check_quota(uploader_key)
    check_room()
    key = secrets.token_hex(store.KEY // 2)
    source = store.incoming(key)
    try:
        receive(read, source)
        if not connection.in_atomic_block:
            connection.close()  # decoding takes a while, and connections are few
        made = decoding.make(source, key)
    finally:
        source.unlink(missing_ok=True)
    is_read = is_customers and ocr.is_available()
    return Attachment.objects.create(
        key=key,
        conversation=conversation,
        uploader_key=uploader_key,
        media_type=made.media_type,
        sha256=made.sha256,
        width=made.width,
        height=made.height,
        small_width=made.small_width,
        small_height=made.small_height,
        bytes=made.bytes,
        reading=Reading.WAITING if is_read else Reading.NONE,
    )


def check_quota(uploader_key: str) -> None:
    """Raises Refused where this visitor has sent as many pictures as a day has room for."""
    most = settings.IMAGES_A_DAY
    since = timezone.now() - DAY
    sent = Attachment.objects.filter(uploader_key=uploader_key, created_at__gt=since).count()
    if not most:
        raise Unusable("no_images", "Pictures cannot be sent to this desk.", 403)
    if sent >= most:
        raise Unusable(
            "too_many_images", f"That is more than {most} pictures a day. Try again tomorrow.", 429
        )


def check_room() -> None:
    """Raises Refused where all pictures together have used up their room."""
    used = Attachment.objects.aggregate(used=Sum("bytes"))["used"] or 0
    if used >= settings.IMAGES_GIGABYTES * GIGABYTE:
        raise Unusable("no_room", "This desk has no room for pictures. Describe it in words.", 507)


def receive(read: Read, source: Path) -> None:
    """Writes the upload to a file, piece by piece. Raises Refused where it is none for us."""
    received = 0
    with source.open("xb") as file:
        while piece := read(PIECE):
            if not received and not decoding.looks_like_a_picture(piece):
                raise decoding.unusable("not_an_image")
            received += len(piece)
            if received > largest():
                raise too_large()
            file.write(piece)
    if not received:
        raise decoding.unusable("not_an_image")


def largest() -> int:
    """Bytes of the largest upload."""
    return int(settings.IMAGE_MEGABYTES) * MEGABYTE


def too_large() -> Refused:
    detail = f"This picture is too large: at most {settings.IMAGE_MEGABYTES} MB. Send it smaller."
    return Unusable("too_large", detail, 413)
