"""Where pictures lie: HELPDESK_DATA/media, under random names, written whole or not at all."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
KEY = 32  # hexadecimal digits


def picture(key: str, media_type: str) -> Path:
    """The picture's own file."""
    return _folder(key) / f"{key}.{ENDINGS[media_type]}"


def small(key: str) -> Path:
    """Its thumbnail, always WebP."""
    return _folder(key) / f"{key}.small.webp"


def incoming(name: str) -> Path:
    """Where something lies until it is known to be a picture; the folder is made."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def keep(made: Path, at: Path) -> None:
    """Moves a finished file to its place, and has it on the disk before anybody hears of it."""
    at.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(at)
    folder = os.open(at.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(key: str) -> None:
    """Deletes a picture's files; one that is not there any more is no error."""
    for ending in (*ENDINGS.values(), "small.webp"):
        (_folder(key) / f"{key}.{ending}").unlink(missing_ok=True)


def keys_older_than(seconds: float) -> Iterator[str]:
    """The keys of all pictures whose files are older than that."""
    before = time.time() - seconds
    for path in (Path(settings.MEDIA_ROOT) / "images").glob("*/*.small.webp"):
        if _modified(path) < before:
            yield path.name.partition(".")[0]


def remove_left_behind(seconds: float) -> None:
    """Deletes what a broken upload has left, older than that."""
    before = time.time() - seconds
    for path in (Path(settings.MEDIA_ROOT) / "incoming").glob("*"):
        if _modified(path) < before:
            path.unlink(missing_ok=True)


def size(paths: Iterable[Path]) -> int:
    """Bytes of these files together."""
    return sum(path.stat().st_size for path in paths)


def _modified(path: Path) -> float:
    """When a file was last written; now, for one that goes at this moment."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _folder(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "images" / key[:2]
