"""What a desk's database holds, read past the product: plain SQL, on SQLite and PostgreSQL."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.services.server import Desk


@dataclass(frozen=True)
class Conversation:
    """A row of chat_conversation; `assignee` is a user name."""

    id: int
    public_id: str
    kind: str
    status: str
    assignee: str | None
    head_seq: int
    version: int
    last_customer_seq: int
    customer_messages: int
    bot_seq: int

    @property
    def bot_is_due(self) -> bool:
        return self.status == "bot" and self.last_customer_seq > self.bot_seq


@dataclass(frozen=True)
class Message:
    """A row of chat_message; `author` is a user name, None for all but agents."""

    seq: int
    kind: str
    author: str | None
    client_id: str
    visibility: str
    body: str
    data: dict[str, Any]

    @property
    def event(self) -> str:
        return str(self.data.get("event", ""))


class Ledger:
    """Reads over a connection of its own."""

    def __init__(self, desk: Desk) -> None:
        if url := desk.settings.get("database_url"):
            self.connection: Any = psycopg.connect(str(url), autocommit=True)
        else:
            path = desk.data / "helpdesk.sqlite3"
            self.connection = sqlite3.connect(path, timeout=20, check_same_thread=False)

    def conversations(self) -> list[Conversation]:
        return [
            Conversation(*row)
            for row in self.rows(
                "SELECT c.id, public_id, kind, status, u.username, head_seq, version,"
                " last_customer_seq, customer_messages, bot_seq FROM chat_conversation c"
                " LEFT JOIN auth_user u ON u.id = c.assignee_id ORDER BY c.id"
            )
        ]

    def conversation(self, public_id: str) -> Conversation:
        return next(row for row in self.conversations() if row.public_id == public_id)

    def messages(self, conversation: int) -> list[Message]:
        rows = self.rows(
            "SELECT seq, author_kind, u.username, client_id, visibility, body, data"
            " FROM chat_message m LEFT JOIN auth_user u ON u.id = m.author_id"
            f" WHERE conversation_id = {conversation:d} ORDER BY seq, m.id"
        )
        return [Message(*row[:6], _json(row[6]) or {}) for row in rows]

    def marks(self, conversation: int) -> dict[str, int]:
        """How far the customer and the agents have read."""
        rows = self.rows(
            "SELECT is_agent, MAX(last_read_seq) FROM chat_member"
            f" WHERE conversation_id = {conversation:d} GROUP BY is_agent"
        )
        return {("agent" if is_agent else "customer"): through for is_agent, through in rows}

    def read_by(self, username: str) -> dict[int, int]:
        """{conversation id: how many of the customer's messages this agent has read}."""
        return dict(
            self.rows(
                "SELECT conversation_id, read_customer_messages FROM chat_member m"
                f" JOIN auth_user u ON u.id = m.user_id WHERE u.username = '{username}'"
            )
        )

    def names(self) -> dict[str, str]:
        """{display name: user name}."""
        rows = self.rows("SELECT first_name, last_name, username FROM auth_user")
        return {f"{first} {last}".strip() or username: username for first, last, username in rows}

    def turns(self, conversation: int) -> list[tuple[int, str]]:
        """(question_seq, outcome) of the bot's turns, oldest first."""
        return self.rows(
            "SELECT question_seq, outcome FROM chat_botturn"
            f" WHERE conversation_id = {conversation:d} ORDER BY id"
        )

    def leased_until(self, conversation: int) -> datetime:
        """Until when the newest turn belongs to the bot that does it."""
        ((value,),) = self.rows(
            f"SELECT leased_until FROM chat_botturn WHERE conversation_id = {conversation:d}"
            " ORDER BY id DESC LIMIT 1"
        )
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def rows(self, statement: str) -> list[Any]:
        return self.connection.execute(statement).fetchall()


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
