"""Making a backup, beside a desk that goes on serving."""

import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from chat.backup import databases, manifest
from chat.backup.manifest import DATABASES, MEDIA, SECRET, BadBackup


def backup(path: Path) -> int:
    """Writes the desk to `path`, which then is whole or is not there; returns its bytes.

    The database first, the media after it: what the database names is there then. Raises BadBackup
    where it cannot be written.
    """
    return _whole(path, _write)


def save_database(path: Path) -> int:
    """Writes the database alone, as its own programs read it; else as `backup`."""
    return _whole(path, lambda draft, folder: databases.save(draft))


def _whole(path: Path, write: Callable[[Path, Path], None]) -> int:
    """Has write(draft, folder for more) make the file, and puts it in its place."""
    if not path.parent.is_dir():
        raise BadBackup(f"There is no folder {path.parent}.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            draft = Path(folder) / "backup"
            draft.touch(mode=0o600)
            write(draft, Path(folder))
            os.replace(draft, path)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadBackup(f"The backup could not be written: {reason}.") from error
    _sync(path.parent)
    return path.stat().st_size


def _write(draft: Path, folder: Path) -> None:
    said = folder / manifest.NAME
    said.write_text(json.dumps(manifest.of_this_desk(), indent=2) + "\n")
    database = folder / DATABASES[manifest.of_this_desk()["database"]]
    databases.save(database)
    with draft.open("wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(said, manifest.NAME)
        archive.add(database, database.name)
        _add_secret(archive)
        _add_media(archive)
        archive.close()
        file.flush()
        os.fsync(file.fileno())


def _add_secret(archive: tarfile.TarFile) -> None:
    """With it sessions and links stay valid. One from the environment is its keeper's."""
    secret = settings.DATA_DIR / "secret"
    if secret.exists():
        archive.add(secret, SECRET)


def _add_media(archive: tarfile.TarFile) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        try:
            if path.is_file() and not path.is_symlink():
                archive.add(path, f"{MEDIA}/{path.relative_to(root)}", recursive=False)
        except FileNotFoundError:
            continue  # deleted meanwhile, by the desk's own housekeeping


def _sync(folder: Path) -> None:
    """So that the name is there after a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
