"""What the members of a shared conversation read: the frames of /conversation/ws.

docs/protocol.md, the members' socket. An `Item` is a message as members see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chat.frames import Frame, Posted

SENT = "member"  # the author_kind of what members write
MADE_HERE = "server-"  # how a client_id begins that no client gave


@dataclass
class Facts:
    """A conversation's own data, and its members in the order in which they came."""

    config_id: str
    subject: str
    party: int | None
    emails: dict[str, str] = field(default_factory=dict)  # author_key -> address
    roles: dict[str, str] = field(default_factory=dict)  # address -> role
    read: dict[str, int] = field(default_factory=dict)  # author_key -> seq

    @property
    def members(self) -> list[str]:
        return list(self.emails.values())

    def readers(self, seq: int, author_key: str) -> list[str]:
        """Who has read a message; its author has."""
        return [
            email
            for key, email in self.emails.items()
            if key == author_key or self.read.get(key, 0) >= seq
        ]

    def item(self, posted: Posted) -> Frame:
        item: Frame = {
            "id": f"{self.config_id}-{posted.seq}",
            "seq": posted.seq,
            "text": posted.content,
            "sender": self.emails.get(posted.author_key, posted.name),
            "is_read": self.readers(posted.seq, posted.author_key),
            "created_at": posted.timestamp,
        }
        if not posted.client_id.startswith(MADE_HERE):
            item["client_id"] = posted.client_id
        return item

    def items(self, messages: Iterable[Posted]) -> list[Frame]:
        return [self.item(posted) for posted in messages if posted.sender == SENT]

    def about(self) -> Frame:
        return {
            "config_id": self.config_id,
            "subject": self.subject,
            "party": self.party,
            "members": self.members,
        }


def send(facts: Facts, messages: Iterable[Posted]) -> Frame:
    """What was written, to every member."""
    return {"type": "SEND", "data": {**facts.about(), "message": facts.items(messages)}}


def announcement(told: Frame) -> Frame:
    """What is announced to members, as the pages of customers and agents get it."""
    return {"type": "ANNOUNCEMENT", "data": told}


def read(facts: Facts, key: str, through: int, messages: Iterable[Posted]) -> Frame:
    """Who has read up to where, and for these messages by whom each has been read."""
    shown = [
        {"id": item["id"], "seq": item["seq"], "is_read": item["is_read"]}
        for item in facts.items(messages)
    ]
    data = {"config_id": facts.config_id, "members": facts.members}
    return {
        "type": "READ",
        "data": {**data, "email": facts.emails[key], "through": through, "message": shown},
    }
