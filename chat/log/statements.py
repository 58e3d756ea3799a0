"""The message log's statements, for PostgreSQL and SQLite.

Each takes all rows of a group as one JSON parameter, so that a group of 500 costs as many
round trips as a group of one and both databases run the same Python.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from django.db import connection

from chat.log.rows import ConversationRow, MessageRow
from chat.models import Conversation

Row = dict[str, Any] | MessageRow | ConversationRow

INSERTED = (
    ("conversation_id", "bigint"),
    ("seq", "bigint"),
    ("author_kind", "text"),
    ("author_key", "text"),
    ("author_id", "integer"),
    ("author_name", "text"),
    ("client_id", "text"),
    ("visibility", "text"),
    ("body", "text"),
    ("data", "jsonb"),
    ("evidence", "jsonb"),
    ("created_at", "timestamptz"),
)
UPDATED = (
    ("status", "text"),
    ("assignee_id", "integer"),
    ("head_seq", "bigint"),
    ("version", "bigint"),
    ("last_customer_seq", "bigint"),
    ("customer_messages", "bigint"),
    ("bot_seq", "bigint"),
    ("bot_is_due", "boolean"),
    ("waiting_since", "timestamptz"),
    ("waited_seconds", "integer"),
    ("updated_at", "timestamptz"),
    ("active_at", "timestamptz"),
    ("assistant_id", "bigint"),
)
MARKED = (
    ("conversation_id", "bigint"),
    ("key", "text"),
    ("user_id", "integer"),
    ("is_agent", "boolean"),
    ("last_read_seq", "bigint"),
    ("last_delivered_seq", "bigint"),
    ("read_customer_messages", "bigint"),
)
NOTICED = (("announcement", "text"), ("reader_key", "text"), ("state", "smallint"))
Columns = Sequence[tuple[str, str]]


def _rows(columns: Columns) -> str:
    """A subquery that unpacks the JSON parameter into rows of these columns."""
    if connection.vendor == "postgresql":
        return f"json_to_recordset(%s::json) AS r({', '.join(f'{n} {t}' for n, t in columns)})"
    # Gives SQL values, and objects as JSON text.
    picks = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name, _ in columns)
    return f"(SELECT {picks} FROM json_each(%s)) AS r"


def _names(columns: Columns, prefix: str = "") -> str:
    return ", ".join(prefix + name for name, _ in columns)


class Rows(Sequence[tuple[Any, ...]]):
    """What a statement returns, fetched when first looked at."""

    def __init__(self, fetch: Callable[[], list[tuple[Any, ...]]] = list) -> None:
        self._fetch = fetch
        self._rows: list[tuple[Any, ...]] | None = None

    def _all(self) -> list[tuple[Any, ...]]:
        # No cached_property: until Python 3.12 all instances wait for each other's.
        if self._rows is None:
            self._rows = self._fetch()
        return self._rows

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@contextmanager
def one_round_trip() -> Iterator[None]:
    """What is run inside goes to PostgreSQL together, BEGIN included where it is due.

    Waiting for an answer costs the log's thread more than the answer: it has to win back the
    interpreter from a busy event loop each time. Look at Rows afterwards.
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _run(sql: str, rows: Iterable[Row]) -> Rows:
    parameter = msgspec.json.encode(list(rows)).decode()
    if connection.vendor == "postgresql":
        return _run_prepared(sql, parameter)
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter])
        found = cursor.fetchall() if cursor.description else []
    return Rows(lambda: found)


def _run_prepared(sql: str, parameter: str) -> Rows:
    """Django's cursors write parameters into the statement, to be parsed and planned each time,
    and read times from text, in Python."""
    # Here: a desk on SQLite would start 0.1 s later and hold 13 MiB more for nothing.
    import psycopg

    cursor = psycopg.Cursor(connection.connection)
    with connection.wrap_database_errors:
        cursor.execute(sql, [parameter], prepare=True, binary=True)
    return Rows(cursor.fetchall)


def lock_conversations(ids: Iterable[int], columns: Sequence[str]) -> Rows:
    """These columns of the conversations, locked until the transaction ends."""
    if connection.vendor == "postgresql":
        names = ", ".join(columns)
        sql = f"SELECT {names} FROM chat_conversation WHERE id = ANY(%s::bigint[]) ORDER BY id"
        array = ",".join(map(str, ids))
        return _run_prepared(f"{sql} FOR NO KEY UPDATE", f"{{{array}}}")
    # SQLite's transaction is IMMEDIATE: it holds the only lock there is.
    rows = Conversation.objects.filter(id__in=ids).order_by("id")
    return Rows(lambda: list(rows.values_list(*columns)))


def insert_messages(rows: Iterable[Row]) -> None:
    _run(
        f"INSERT INTO chat_message ({_names(INSERTED)})"
        f" SELECT {_names(INSERTED, 'r.')} FROM {_rows(INSERTED)}",
        rows,
    )


def update_conversations(rows: Iterable[Row]) -> None:
    sets = ", ".join(f"{name} = r.{name}" for name, _ in UPDATED)
    _run(
        f"UPDATE chat_conversation SET {sets} FROM {_rows((('id', 'bigint'), *UPDATED))}"
        " WHERE chat_conversation.id = r.id",
        rows,
    )


def find_messages(keys: Iterable[Row]) -> Rows:
    """(id,) of the messages with these (conversation_id, author_key, client_id)."""
    columns = (("conversation_id", "bigint"), ("author_key", "text"), ("client_id", "text"))
    return _run(
        f"SELECT m.id FROM {_rows(columns)} JOIN chat_message m ON"
        " m.conversation_id = r.conversation_id AND m.author_key = r.author_key"
        " AND m.client_id = r.client_id",
        keys,
    )


def raise_marks(rows: Iterable[Row]) -> None:
    """Members' marks, which only ever rise whatever order they come in."""
    greatest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    rises = ", ".join(
        f"{name} = {greatest}(chat_member.{name}, excluded.{name})"
        for name in ("last_read_seq", "last_delivered_seq", "read_customer_messages")
    )
    # SQLite needs WHERE to tell the upsert's ON from a join's.
    _run(
        f"INSERT INTO chat_member ({_names(MARKED)})"
        f" SELECT {_names(MARKED, 'r.')} FROM {_rows(MARKED)} WHERE true"
        f" ON CONFLICT (conversation_id, key) DO UPDATE SET {rises}",
        rows,
    )


def raise_receipts(rows: Iterable[Row]) -> None:
    """How far announcements, by public id, have got with their readers; it only ever rises.

    What names no announcement is left out. A reader stands once in `rows` for each.
    """
    greatest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    _run(
        "INSERT INTO chat_announcementreceipt (announcement_id, reader_key, state)"
        f" SELECT a.id, r.reader_key, r.state FROM {_rows(NOTICED)}"
        " JOIN chat_announcement a ON a.public_id = r.announcement WHERE true"
        " ON CONFLICT (announcement_id, reader_key) DO UPDATE"
        f" SET state = {greatest}(chat_announcementreceipt.state, excluded.state)",
        rows,
    )
