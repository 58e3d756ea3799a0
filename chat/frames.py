"""What a message and the state of a conversation look like on the wire, for whom.

docs/protocol.md is the reference; everything that leaves a socket is encoded here, once.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from chat.models import Message
from chat.models.message import Visibility

Frame = dict[str, Any]
_encode = msgspec.json.Encoder().encode


def encode(frame: Frame) -> str:
    """A frame as the text that goes over the wire."""
    return _encode(frame).decode()


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


class Posted(msgspec.Struct, array_like=True):
    """A committed message, as processes hand it to each other."""

    seq: int
    sender: str
    author_key: str
    name: str
    client_id: str
    content: str
    timestamp: str
    is_note: bool = False
    data: Frame | None = None
    evidence: Frame | None = None

    @classmethod
    def from_row(cls, row: Message) -> "Posted":
        return cls(
            row.seq,
            row.author_kind,
            row.author_key,
            row.author_name,
            row.client_id,
            row.body,
            timestamp(row.created_at),
            row.visibility == Visibility.AGENTS,
            row.data,
            row.evidence,
        )


class Standing(msgspec.Struct, array_like=True):
    """Who has a conversation."""

    status: str
    agent_username: str | None = None
    agent_name: str | None = None
    agent_key: str = ""

    @classmethod
    def of(cls, conversation: Any) -> "Standing":
        """Of a Conversation, or of one that the log has locked."""
        agent = conversation.assignee
        return cls(
            conversation.status,
            agent.get_username() if agent else None,
            display_name(agent) if agent else None,
            f"user:{agent.pk}" if agent else "",
        )


class Change(msgspec.Struct, array_like=True):
    """All that one committed group changed in one conversation, from one version to another."""

    conversation: int
    public_id: str
    previous: int
    version: int
    head_seq: int
    messages: list[Posted]
    standing: Standing | None = None
    read: dict[str, int] | None = None
    bot_is_due: bool = False
    ratings: dict[int, str] | None = None
    joined: list[str] | None = None


class Signal(msgspec.Struct, array_like=True):
    """Something passing, never stored: who is typing, a reply as it is written.

    `audience` names who hears of it. One without a frame is for the bot alone: it is to write
    no further.
    """

    conversation: int
    frame: Frame
    audience: str = ""  # everybody


# Of no conversation: who is there to answer has changed.
PRESENCE = Signal(0, {})


STOP: Frame = {}


class Held(msgspec.Struct, array_like=True):
    """Which socket holds a member now, by its token; "" for none."""

    key: str
    token: str


def display_name(user: Any) -> str:
    """What customers and colleagues read: the full name where there is one."""
    return user.get_full_name() or user.get_username()


SIDES = ("customer", "agent")


class Plain(msgspec.Struct, tag_field="type", tag="message", omit_defaults=True):
    """A message's live frame where there is no more to it, which is nearly every frame there is:
    a struct is made and encoded in a fifth of a dict's time."""

    seq: int
    sender: str
    message: str
    name: str
    client_id: str
    timestamp: str
    conversation: str | None = None
    author: str | None = None


class Audience:
    """Which frames one kind of reader gets. One instance a kind: frames are cached by it."""

    name = ""
    sees_notes = False

    def message(self, posted: Posted, text_key: str, conversation: str) -> Frame:
        frame: Frame = {
            "seq": posted.seq,
            "sender": posted.sender,
            text_key: posted.content,
            "name": posted.name,
            "client_id": posted.client_id,
            "timestamp": posted.timestamp,
        }
        return {**frame, **posted.data} if posted.data else frame

    def addressed(self, frame: Frame, conversation: str) -> Frame:
        return frame

    def visible(self, messages: Iterable[Posted]) -> list[Posted]:
        return [posted for posted in messages if self.sees_notes or not posted.is_note]

    def live(self, posted: Posted, conversation: str) -> Frame:
        frame = self.message(posted, "message", conversation)
        frame["type"] = "message"
        return frame

    def plain(self, posted: Posted, conversation: str) -> Plain:
        """`live`, of a message without data, evidence or note."""
        return Plain(
            posted.seq,
            posted.sender,
            posted.content,
            posted.name,
            posted.client_id,
            posted.timestamp,
        )

    def listed(self, messages: Iterable[Posted], conversation: str) -> list[Frame]:
        return [self.message(posted, "content", conversation) for posted in self.visible(messages)]

    def standing(self, standing: Standing, queue: Frame | None, version: int) -> Frame:
        waits = standing.status == "open" and standing.agent_username is None
        return {
            "status": standing.status,
            "is_bot_active": standing.status == "bot",
            "agent": standing.agent_name,
            "queue": queue if waits else None,
            "version": version,
        }


class CustomerAudience(Audience):
    """The customer: no notes, no evidence, and no id that other visitors could use."""

    name = "customers"


class AgentAudience(Audience):
    """Agents: notes, evidence, and which conversation a frame belongs to."""

    name = "agents"
    sees_notes = True

    def message(self, posted: Posted, text_key: str, conversation: str) -> Frame:
        frame = super().message(posted, text_key, conversation)
        frame["conversation"] = conversation
        if posted.author_key.startswith("user:"):
            frame["author"] = posted.author_key
        if posted.is_note:
            frame["note"] = True
        if posted.evidence:
            frame["evidence"] = posted.evidence
        return frame

    def plain(self, posted: Posted, conversation: str) -> Plain:
        frame = super().plain(posted, conversation)
        frame.conversation = conversation
        if posted.author_key.startswith("user:"):
            frame.author = posted.author_key
        return frame

    def addressed(self, frame: Frame, conversation: str) -> Frame:
        return {**frame, "conversation": conversation}

    def standing(self, standing: Standing, queue: Frame | None, version: int) -> Frame:
        frame = super().standing(standing, queue, version)
        if standing.agent_username is not None:
            frame["agent"] = {"username": standing.agent_username, "name": standing.agent_name}
        return frame


CUSTOMER = CustomerAudience()
AGENT = AgentAudience()


def change_texts(change: Change, audience: Audience, after: int, together: bool) -> list[str]:
    """`change_frames` as they go over the wire."""
    if len(change.messages) == 1 and not (change.standing or change.read or change.ratings):
        posted = change.messages[0]
        if posted.seq > after and not (posted.is_note or posted.data or posted.evidence):
            return [_encode(audience.plain(posted, change.public_id)).decode()]
    return [encode(frame) for frame in change_frames(change, audience, after, together)]


def change_frames(change: Change, audience: Audience, after: int, together: bool) -> list[Frame]:
    """The frames by which a reader who has all up to `after` takes in the change, in order."""
    fresh = [posted for posted in change.messages if posted.seq > after]
    frames = _message_frames(fresh, change, audience, together) if fresh else []
    if change.standing is not None:
        frames.append(
            {"type": "status", **audience.standing(change.standing, None, change.version)}
        )
    for who, through in (change.read or {}).items():
        if who not in SIDES:
            continue  # a member's, of a conversation that agents only look at
        frames.append({"type": "read", "who": who, "through": through})
    if change.ratings:
        frames.append({"type": "ratings", "ratings": change.ratings})
    return [
        frame if frame["type"] == "message" else audience.addressed(frame, change.public_id)
        for frame in frames
    ]


def _message_frames(
    fresh: list[Posted], change: Change, audience: Audience, together: bool
) -> list[Frame]:
    if together and len(fresh) > 1:
        listed = audience.listed(fresh, change.public_id)
        span = {"after": fresh[0].seq - 1, "through": fresh[-1].seq}
        return [{"type": "messages", "messages": listed, **span}]
    return [
        audience.live(posted, change.public_id)
        if audience.sees_notes or not posted.is_note
        else {"type": "through", "through": posted.seq}
        for posted in fresh
    ]
