"""A conversation while a group is written: its row, locked, without the cost of a model."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.contrib.auth import get_user_model

from chat.log import statements
from chat.models.conversation import Status

# An enum's member costs a call each time it is named (Python 3.11).
OPEN, BOT = Status.OPEN.value, Status.BOT.value

COLUMNS = (
    "id",
    "public_id",
    "status",
    "assignee_id",
    "head_seq",
    "version",
    "last_customer_seq",
    "customer_messages",
    "bot_seq",
    "waiting_since",
    "waited_seconds",
    "active_at",
    "assistant_id",
)


class Locked(msgspec.Struct, eq=False):
    """What guards judge and effects change. A model's instance costs ten times as much, and a
    group locks up to 500."""

    id: int
    public_id: str
    status: str
    assignee_id: int | None
    head_seq: int
    version: int
    last_customer_seq: int
    customer_messages: int
    bot_seq: int
    waiting_since: datetime | None
    waited_seconds: int | None
    active_at: datetime
    assistant_id: int | None
    joined: list[str] | None = None  # the keys of members that an effect has added

    @property
    def assignee(self) -> Any:
        """The agent who has it, read from the database; None where nobody has."""
        if self.assignee_id is None:
            return None
        return get_user_model().objects.filter(pk=self.assignee_id).first()

    @property
    def is_waiting(self) -> bool:
        return self.status == OPEN and self.assignee_id is None

    @property
    def bot_is_due(self) -> bool:
        return self.status == BOT and self.last_customer_seq > self.bot_seq


def lock(ids: Iterable[int]) -> statements.Rows:
    """Locks the conversations for this transaction, in the order of their ids: Locked(*row).

    FOR NO KEY UPDATE, because a plain FOR UPDATE holds up every insert that refers to the row.
    """
    return statements.lock_conversations(ids, COLUMNS)
