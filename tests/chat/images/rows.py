"""Pictures that are there already, for what does not care how they came."""

import itertools
from typing import Any

from chat.images import store
from chat.models import Attachment, Conversation
from tests.chat.images import made

_numbers = itertools.count(1)


def uploaded(conversation: Conversation, author_key: str, **fields: Any) -> Attachment:
    """The row of a picture that its uploader has not used yet."""
    shape = {"width": 320, "height": 200, "small_width": 320, "small_height": 200, "bytes": 900}
    return Attachment.objects.create(
        key=f"{next(_numbers):032x}",
        conversation=conversation,
        uploader_key=author_key,
        media_type="image/png",
        sha256="0" * 64,
        **shape | fields,
    )


def with_files(row: Attachment) -> Attachment:
    """The same row, its files where they belong."""
    for path in (store.picture(row.key, row.media_type), store.small(row.key)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.png())
    return row
