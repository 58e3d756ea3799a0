"""Committing a group of entries: lock, find what is there, judge, number, write, announce."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chat import events
from chat.errors import NotFound, Refused, Unchanged
from chat.frames import Change, Posted, Standing, timestamp
from chat.log import statements
from chat.log.entries import Entry, Item, Mark, Outcome, Rating, Receipt
from chat.log.locked import Locked, lock
from chat.log.rows import ConversationRow, MessageRow, Moment
from chat.models import BotTurn, Member, Message
from chat.models.conversation import ACTIVE_STEP
from chat.models.message import AuthorKind, Visibility

logger = logging.getLogger(__name__)
FOR_AGENTS = Visibility.AGENTS.value
ASKERS = (AuthorKind.CUSTOMER.value, AuthorKind.DEVICE.value)  # whom agents count as customers


@dataclass(slots=True)
class Draft:
    """A locked conversation while a group is written: what it was, what has come since."""

    conversation: Locked
    was: tuple[str, int | None]
    previous: int
    posted: list[Posted] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    ratings: dict[int, str] = field(default_factory=dict)


# A larger group is written without looking first which of its entries are there already: they
# are rare, UNIQUE finds them, and the group is then done again with the look.
LOOK_FIRST = 16


class _LookFirst(Exception):
    """An entry was refused that may be the retry of one that is there."""


def commit_group(entries: list[Item]) -> list[Outcome]:
    """Commits the entries in order, in one transaction; announces them once it is committed.

    Returns for each its Receipt, or the exception for which it was refused. A group that fails
    as a whole is redone one by one, so that a bad entry fails alone. Inside a caller's
    `atomic()` it joins that transaction.
    """
    if len(entries) > LOOK_FIRST:
        try:
            return _commit(entries, look_first=False)
        except (IntegrityError, _LookFirst):
            pass
    try:
        return _commit(entries, look_first=True)
    except Exception as error:
        if len(entries) == 1:
            logger.warning("entry not committed", extra={"error": type(error).__name__})
            return [error]
        return [commit_group([entry])[0] for entry in entries]


def _commit(entries: list[Item], *, look_first: bool) -> list[Outcome]:
    with transaction.atomic():
        outcomes, changes = _Group(entries).write(look_first=look_first)
        if not look_first and any(map(_may_be_a_retry, entries, outcomes)):
            raise _LookFirst
    if changes:
        transaction.on_commit(lambda: events.announce(changes), robust=True)
    return outcomes


def _may_be_a_retry(entry: Item, outcome: Outcome) -> bool:
    return isinstance(outcome, Refused) and isinstance(entry, Entry) and bool(entry.client_id)


class _Group:
    """One transaction's work, in the order in which it is done."""

    def __init__(self, entries: list[Item]) -> None:
        self.entries = entries
        self.now = timezone.now()
        self.stamp = timestamp(self.now)
        self.is_sqlite = connection.vendor == "sqlite"
        self.database_now = self.moment(self.now) if self.is_sqlite else self.now.isoformat()
        self.rows: list[MessageRow] = []
        self.marks: dict[tuple[int, str], dict[str, Any]] = {}

    def write(self, *, look_first: bool) -> tuple[list[Outcome], list[Change]]:
        with statements.one_round_trip():
            # In this order: what is found is looked for under the locks.
            locked = lock({entry.conversation_id for entry in self.entries})
            found = self.find() if look_first else statements.Rows()
        self.drafts = _drafts(locked)
        self.known = self.already_there(found)
        outcomes = [self.judge(entry) for entry in self.entries]
        changed = [draft for draft in self.drafts.values() if _changed(draft)]
        with statements.one_round_trip():
            self.store(changed)
        return outcomes, [_change(draft) for draft in changed]

    def store(self, changed: list[Draft]) -> None:
        if self.rows:
            statements.insert_messages(self.rows)
        if self.marks:
            statements.raise_marks(self.marks.values())
        if changed:
            statements.update_conversations(self.columns(draft) for draft in changed)

    def find(self) -> statements.Rows:
        """The ids of the messages that are there already, by their client ids."""
        keys = [
            {"conversation_id": c, "author_key": a, "client_id": i}
            for c, a, i in {e.key for e in self.entries if isinstance(e, Entry) and e.client_id}
        ]
        return statements.find_messages(keys) if keys else statements.Rows()

    def already_there(self, found: statements.Rows) -> dict[tuple[int, str, str], Posted]:
        ids = [pk for (pk,) in found]
        return {
            (row.conversation_id, row.author_key, row.client_id): Posted.from_row(row)
            for row in (Message.objects.filter(id__in=ids) if ids else ())
        }

    def judge(self, entry: Item) -> Outcome:
        draft = self.drafts.get(entry.conversation_id)
        if draft is None:
            return NotFound()
        try:
            if isinstance(entry, Mark):
                return self.mark(draft, entry)
            if isinstance(entry, Rating):
                return self.rate(draft, entry)
            return self.append(draft, entry)
        except Unchanged:
            return Receipt(entry.conversation_id)
        except Refused as refusal:
            return refusal

    def append(self, draft: Draft, entry: Entry) -> Receipt:
        if entry.client_id and (there := self.known.get(entry.key)):
            return Receipt(entry.conversation_id, there, was_there=True)
        if entry.guard is not None:
            entry.guard(draft.conversation, entry)
        entry.client_id = entry.client_id or f"server-{uuid4().hex}"
        draft.conversation.head_seq += 1
        draft.conversation.version += 1
        seq = draft.conversation.head_seq
        if entry.effect is not None:
            entry.effect(draft.conversation, seq)
        posted = self.row(entry, seq)
        self.known[entry.key] = posted
        draft.posted.append(posted)
        return Receipt(entry.conversation_id, posted)

    def row(self, entry: Entry, seq: int) -> Posted:
        self.rows.append(
            MessageRow(
                entry.conversation_id,
                seq,
                entry.author_kind,
                entry.author_key,
                entry.author_name,
                entry.client_id,
                entry.visibility,
                entry.body,
                self.database_now,
                entry.author_id,
                entry.data,
                entry.evidence,
            )
        )
        return Posted(
            seq,
            entry.author_kind,
            entry.author_key,
            entry.author_name,
            entry.client_id,
            entry.body,
            self.stamp,
            entry.visibility == FOR_AGENTS,
            entry.data,
            entry.evidence,
        )

    def mark(self, draft: Draft, mark: Mark) -> Receipt:
        through = min(mark.through, draft.conversation.head_seq)
        key = (mark.conversation_id, mark.author_key)
        row = self.marks.get(key) or _member_row(mark)
        column = "last_delivered_seq" if mark.delivered_only else "last_read_seq"
        if through <= row[column]:
            return Receipt(mark.conversation_id)
        if mark.effect is not None:
            mark.effect(row[column])
        row[column] = through
        self.marks[key] = row
        draft.conversation.version += 1
        if not mark.delivered_only:
            row["read_customer_messages"] = _customer_messages(draft, through)
            who = mark.who or ("agent" if mark.is_agent else "customer")
            draft.read[who] = max(through, draft.read.get(who, 0))  # several agents are one side
        return Receipt(mark.conversation_id)

    def rate(self, draft: Draft, rating: Rating) -> Receipt:
        """Kept with the bot's turn; the version rises, so that every view comes to show it."""
        answers = BotTurn.answers().filter(
            conversation=rating.conversation_id, reply_seq=rating.seq
        )
        before = answers.values_list("feedback", flat=True).first()
        if before is None:
            raise NotFound("There is no answer of the bot's to rate.")
        if before == rating.value:
            raise Unchanged
        answers.update(feedback=rating.value)
        draft.conversation.version += 1
        draft.ratings[rating.seq] = rating.value
        return Receipt(rating.conversation_id)

    def columns(self, draft: Draft) -> ConversationRow:
        row = draft.conversation
        return ConversationRow(
            row.id,
            row.status,
            row.head_seq,
            row.version,
            row.last_customer_seq,
            row.customer_messages,
            row.bot_seq,
            row.bot_is_due,
            self.database_now,
            self.moment(self.active_at(row)),
            row.assignee_id,
            self.moment(row.waiting_since) if row.waiting_since else None,
            row.waited_seconds,
            row.assistant_id,
        )

    def active_at(self, row: Locked) -> datetime:
        """The row's own while it is recent: see Conversation."""
        return row.active_at if self.now - row.active_at < ACTIVE_STEP else self.now

    def moment(self, moment: datetime) -> Moment:
        """As the database takes it from JSON: SQLite compares the text that Django writes."""
        return moment.replace(tzinfo=None).isoformat(" ") if self.is_sqlite else moment


def _drafts(locked: statements.Rows) -> dict[int, Draft]:
    rows = (Locked(*row) for row in locked)
    return {row.id: Draft(row, (row.status, row.assignee_id), row.version) for row in rows}


def _member_row(mark: Mark) -> dict[str, Any]:
    found = Member.objects.filter(conversation_id=mark.conversation_id, key=mark.author_key).first()
    return {
        "conversation_id": mark.conversation_id,
        "key": mark.author_key,
        "user_id": mark.author_id,
        "is_agent": mark.is_agent,
        "last_read_seq": found.last_read_seq if found else 0,
        "last_delivered_seq": found.last_delivered_seq if found else 0,
        "read_customer_messages": found.read_customer_messages if found else 0,
    }


def _customer_messages(draft: Draft, through: int) -> int:
    if through >= draft.conversation.last_customer_seq:
        return draft.conversation.customer_messages
    stored = Message.objects.filter(
        conversation=draft.conversation.id, author_kind__in=ASKERS, seq__lte=through
    ).count()
    fresh = [p for p in draft.posted if p.sender in ASKERS and p.seq <= through]
    return stored + len(fresh)


def _changed(draft: Draft) -> bool:
    return draft.conversation.version > draft.previous


def _change(draft: Draft) -> Change:
    row = draft.conversation
    has_moved = (row.status, row.assignee_id) != draft.was
    return Change(
        row.id,
        row.public_id,
        draft.previous,
        row.version,
        row.head_seq,
        draft.posted,
        Standing.of(row) if has_moved else None,
        draft.read or None,
        row.bot_is_due,
        draft.ratings or None,
        row.joined,
    )
