"""What can be appended to a conversation's log, and what comes back."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chat.frames import Posted
from chat.log.locked import Locked
from chat.models.message import Visibility

Guard = Callable[[Locked, "Entry"], None]
LONGEST_CLIENT_ID = 64  # characters


def derived_client_id(prefix: str, client_id: str) -> str:
    """The id of what is made of the message with this client id, at most 64 characters.

    Another for each two, also where they differ at the end only; `prefix` has 32 at most.
    """
    whole = f"{prefix}{client_id}"
    if len(whole) <= LONGEST_CLIENT_ID:
        return whole
    return f"{prefix}{hashlib.sha256(client_id.encode()).hexdigest()[:32]}"


@dataclass(slots=True, eq=False)
class Entry:
    """A message to be appended. `guard` and `effect` run under the conversation's lock.

    `guard(conversation, entry)` raises Refused or Unchanged, or changes the entry's text.
    `effect(conversation, seq)` changes the conversation's own fields.
    """

    conversation_id: int
    author_kind: str
    author_key: str
    body: str
    client_id: str = ""
    author_id: int | None = None
    author_name: str = ""
    visibility: str = Visibility.ALL.value
    data: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None
    guard: Guard | None = None
    effect: Callable[[Locked, int], None] | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        return self.conversation_id, self.author_key, self.client_id


@dataclass(slots=True, eq=False)
class Mark:
    """A member has read or got everything up to `through`."""

    conversation_id: int
    author_key: str
    through: int
    author_id: int | None = None
    is_agent: bool = False
    delivered_only: bool = False
    who: str = ""  # by which name the others hear of it; the side's, where that is empty
    effect: Callable[[int], None] | None = None  # gets the mark before, under the lock


@dataclass(slots=True, eq=False)
class Rating:
    """Whether the bot's answer `seq` helped the customer: "up" or "down"; the last word counts."""

    conversation_id: int
    author_key: str
    seq: int
    value: str


Item = Entry | Mark | Rating


@dataclass(slots=True)
class Receipt:
    """What became of an entry: the message as committed, and whether it was there before."""

    conversation_id: int
    posted: Posted | None = None
    was_there: bool = False


Outcome = Receipt | Exception
