"""One process serves a SQLite database: the hub, the limits and the bot of a second one would know
nothing of the first's, and the two would keep each other waiting for the write lock.

What only reads and writes the database (migrate, backup, load_demo …) runs beside it as it likes.
"""

import fcntl
import logging
import os
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

# Held for as long as this process lives: whoever is killed leaves no lock behind.
_held: dict[Path, IO[bytes]] = {}


class AlreadyServed(Exception):
    """Another process has the database; the message is one line that says what to do."""


def claim() -> None:
    """Make this process the one that serves the database; nothing to do on PostgreSQL, or where
    it is that already. Raises AlreadyServed."""
    if not settings.DATABASE_IS_SQLITE:
        return
    # Beside the database: two data folders may name the same one.
    path = Path(f"{connection.settings_dict['NAME']}-served")
    if path in _held:
        return
    try:
        file = path.open("a+b")
    except OSError as error:
        logger.warning("not known whether another process serves: %s", error)
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        who = file.read().decode() or "unknown"
        file.close()
        raise AlreadyServed(
            f"Process {who} serves this SQLite database, which is for one process. Stop that one "
            "first, or set HELPDESK_DATABASE_URL to a PostgreSQL database and HELPDESK_REDIS_URL."
        ) from None
    except OSError as error:  # as some network file systems answer
        file.close()
        logger.warning("not known whether another process serves: %s", error)
        return
    file.truncate(0)
    file.write(str(os.getpid()).encode())
    file.flush()
    _held[path] = file
