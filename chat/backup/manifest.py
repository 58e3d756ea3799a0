"""What a backup says of itself."""

import json
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

FORMAT = 1
NAME = "manifest.json"
SECRET, MEDIA = "secret", "media"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BadBackup(Exception):
    """It cannot be made, or cannot be restored here; the message says what to do."""


def of_this_desk() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": migrations(),
    }


def migrations() -> dict[str, str]:
    """{app: its newest applied migration}."""
    applied = MigrationRecorder(connection).applied_migrations()
    newest: dict[str, str] = {}
    for app, name in applied:
        newest[app] = max(name, newest.get(app, ""))
    return dict(sorted(newest.items()))


def read(text: bytes) -> dict[str, Any]:
    """Raises BadBackup where this is no manifest, or not one for this desk."""
    try:
        found = json.loads(text)
    except ValueError:
        raise BadBackup("This file is no backup of a help desk.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadBackup("This backup was made by a version that this one cannot read.")
    if found.get("database") != connection.vendor:
        raise BadBackup(
            f"This backup holds a {found.get('database')} database, and this desk uses "
            f"{connection.vendor}. Set HELPDESK_DATABASE_URL accordingly, then restore again."
        )
    return found
