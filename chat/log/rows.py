"""What the log's statements write, a column a field: encoded as JSON without a dict a row.

What is None stays out of the JSON, and is NULL.
"""

from datetime import datetime
from typing import Any

import msgspec

Moment = datetime | str  # text for SQLite, as Django writes it


class MessageRow(msgspec.Struct, omit_defaults=True):
    conversation_id: int
    seq: int
    author_kind: str
    author_key: str
    author_name: str
    client_id: str
    visibility: str
    body: str
    created_at: Moment
    author_id: int | None = None
    data: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None


class ConversationRow(msgspec.Struct, omit_defaults=True):
    id: int
    status: str
    head_seq: int
    version: int
    last_customer_seq: int
    customer_messages: int
    bot_seq: int
    bot_is_due: bool
    updated_at: Moment
    active_at: Moment
    assignee_id: int | None = None
    waiting_since: Moment | None = None
    waited_seconds: int | None = None
    assistant_id: int | None = None
