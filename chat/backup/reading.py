"""Restoring a backup in the place of a desk that has been stopped."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from chat.backup import databases, manifest
from chat.backup.manifest import DATABASES, MEDIA, SECRET, BadBackup


def restore(path: Path, *, force: bool = False) -> dict[str, Any]:
    """Puts the backup in the desk's place; returns its manifest.

    Raises BadBackup where the file is none, where the desk still runs, or where it has data and
    `force` is not given. The database is replaced whole or not at all, and the media after it.
    """
    with _opened(path) as archive:
        said = manifest.read(_member(archive, manifest.NAME))
        _check_target(force)
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as name:
            folder = Path(name)
            archive.extractall(folder, filter="data")
            database = folder / DATABASES[said["database"]]
            if not database.exists():
                raise BadBackup("This backup holds no database.")
            databases.load(database)
            _place(folder / MEDIA, Path(settings.MEDIA_ROOT))
            _place_secret(folder / SECRET)
    return said


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except FileNotFoundError:
        raise BadBackup(f"There is no file {path}.") from None
    except (OSError, tarfile.TarError):
        raise BadBackup(f"{path} is no backup of a help desk.") from None


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except (KeyError, tarfile.TarError):
        file = None
    if file is None:
        raise BadBackup("This file is no backup of a help desk.")
    return file.read()


def _check_target(force: bool) -> None:
    if databases.is_in_use():
        raise BadBackup("The desk is running. Stop it first, then restore.")
    if not force and not databases.is_empty():
        raise BadBackup(
            "This desk has data already, which a restore replaces. Make a backup of it first; "
            "then restore with --force."
        )


def _place(folder: Path, to: Path) -> None:
    """The media of the backup, and only those."""
    if not folder.is_dir():
        folder.mkdir()
    before = to.with_name(f"{to.name}.before-restore")
    shutil.rmtree(before, ignore_errors=True)
    if to.exists():
        os.replace(to, before)
    to.parent.mkdir(parents=True, exist_ok=True)
    os.replace(folder, to)
    shutil.rmtree(before, ignore_errors=True)


def _place_secret(secret: Path) -> None:
    if secret.exists():
        secret.chmod(0o600)
        os.replace(secret, settings.DATA_DIR / "secret")
