"""The database as one file, and back: SQLite by its own backup, PostgreSQL by its own programs."""

import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from chat.backup.manifest import BadBackup

# Debian keeps PostgreSQL's programs out of PATH.
ELSEWHERE = "/usr/lib/postgresql"
GONE_WITHIN = 20  # tenths of a second that a closed connection may take to be gone
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
DROP_ALL = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', found.tablename);
    END LOOP;
END $$;
"""


def save(to: Path) -> None:
    """Writes the database to a file, whole and of one moment, also while others write."""
    if connection.vendor == "sqlite":
        _copy_sqlite(_sqlite_path(), to)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def load(source: Path) -> None:
    """Puts the file in the database's place, whole or not at all. Raises BadBackup."""
    if connection.vendor == "sqlite":
        connection.close()
        _copy_sqlite(source, _sqlite_path())
    else:
        _load_postgres(source)


def _load_postgres(source: Path) -> None:
    """By psql in one transaction: pg_restore knows only how to drop what the backup has too."""
    _leave_postgres()
    script, emptied = source.with_suffix(".sql"), source.with_suffix(".empty.sql")
    emptied.write_text(DROP_ALL)
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source))
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", *options, f"--file={emptied}", f"--file={script}")


def is_in_use() -> bool:
    """Whether a process serves this database: what it shows and numbers would be wrong after."""
    if connection.vendor == "sqlite":
        return _sqlite_is_in_use(_sqlite_path())
    parameters = {**_parameters(), "autocommit": True}
    _leave_postgres()
    with psycopg.connect(**parameters) as own:
        for _ in range(GONE_WITHIN):
            if not own.execute(OTHERS).fetchone()[0]:  # type: ignore[index]
                return False
            time.sleep(0.1)
    return True


def is_empty() -> bool:
    """Whether there is nothing in it that a restore could overwrite."""
    return "chat_conversation" not in connection.introspection.table_names()


def _sqlite_path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _copy_sqlite(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as from_, sqlite3.connect(to) as copy:
        from_.backup(copy)
    from_.close()
    copy.close()
    to.chmod(0o600)


def _sqlite_is_in_use(path: Path) -> bool:
    """Leaving WAL needs the file for oneself: who else has it open is found out so."""
    if not path.exists():
        return False
    connection.close()
    probe = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    try:
        probe.execute("PRAGMA journal_mode=DELETE").fetchone()
        probe.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.OperationalError:
        return True
    finally:
        probe.close()
    return False


def _parameters() -> dict[str, Any]:
    """How Django would connect, but for what only Django and its pool understand."""
    wanted = ("host", "port", "user", "password", "dbname", "sslmode")
    given: dict[str, Any] = connection.get_connection_params()
    return {name: given[name] for name in wanted if given.get(name)}


def _leave_postgres() -> None:
    """Gives up this process's own connections, which would count as others'."""
    connection.close()
    close_pool: Any = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def _run(name: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs on the desk's database."""
    environment = {**os.environ, **_environment()}
    done = subprocess.run(
        [_program(name), *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise BadBackup(f"{name} did not work: {done.stderr.strip().splitlines()[-1]}")


def _environment() -> dict[str, str]:
    """How its programs find the database: by variables, where no process list shows a password."""
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
    }
    return {names[key]: str(value) for key, value in _parameters().items()}


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path(ELSEWHERE).glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise BadBackup(
            f"{name} is missing. Install PostgreSQL's client programs "
            "(Debian, Ubuntu: sudo apt-get install postgresql-client)."
        )
    return found
