"""Has a process of its own make a harmless picture of what somebody uploaded."""

import hashlib
import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from chat.errors import OverHttp, Refused
from chat.images import store

CHILD = Path(__file__).with_name("child.py")
PATIENCE = 25.0  # seconds, by the clock; the child's own limit is the processor's
AT_ONCE = 2  # pictures that one web process has decoded at a time
_free = threading.BoundedSemaphore(AT_ONCE)

# What each kind begins with; the child looks at the rest.
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


class Unusable(Refused):
    """What was uploaded cannot be shown."""

    def __init__(self, code: OverHttp, detail: str, status: int) -> None:
        super().__init__(code, detail)
        self.status = status


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as it is kept; `bytes` of both its files, `sha256` of the large one."""

    media_type: str
    width: int
    height: int
    small_width: int
    small_height: int
    bytes: int
    sha256: str


def looks_like_a_picture(head: bytes) -> bool:
    """Whether a file that begins so is worth a process. At least 12 bytes tell."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return is_webp or head.startswith(BEGINNINGS)


def make(source: Path, key: str) -> Made:
    """Decodes `source`, and keeps what comes of it under `key`. Raises Unusable."""
    target, small = store.incoming(f"{key}.made"), store.incoming(f"{key}.small")
    try:
        told = _told_by_child(source, target, small)
        if "error" in told:
            raise unusable(told["error"])
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        size = store.size((target, small))
        store.keep(small, store.small(key))
        store.keep(target, store.picture(key, told["media_type"]))
    finally:
        for path in (target, small):
            path.unlink(missing_ok=True)
    return Made(
        told["media_type"],
        told["width"],
        told["height"],
        told["small_width"],
        told["small_height"],
        size,
        digest,
    )


def _told_by_child(source: Path, target: Path, small: Path) -> dict[str, Any]:
    if not _free.acquire(timeout=PATIENCE):
        raise Unusable("busy", "Too many pictures arrive right now. Please try again.", 503)
    try:
        command = [sys.executable, "-I", CHILD, source, target, small]
        done = subprocess.run(
            [*map(str, command), str(settings.IMAGE_MEGAPIXELS)],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        # One that was killed, or died, has said nothing: it was no picture for us.
        with suppress(ValueError):
            return dict(json.loads(done.stdout))
        return {"error": "broken"}
    except subprocess.TimeoutExpired:
        return {"error": "broken"}
    finally:
        _free.release()


def unusable(code: str) -> Unusable:
    """What the person who uploaded it is told."""
    most = settings.IMAGE_MEGAPIXELS
    refusals = (
        Unusable(
            "not_an_image",
            "Pictures can be PNG, JPEG, WebP or GIF; this file is none of them.",
            415,
        ),
        Unusable(
            "too_many_pixels",
            f"This picture has too many pixels: at most {most} megapixels. Send it smaller.",
            422,
        ),
        Unusable(
            "broken",
            "This picture is damaged and cannot be opened. Save it anew, try again.",
            422,
        ),
    )
    return next(refusal for refusal in refusals if refusal.code == code)
