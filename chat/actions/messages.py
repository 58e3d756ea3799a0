"""Posting a message: the only way one comes into being, whoever writes it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import log
from chat.access import Participant
from chat.actions.desk_only import of_the_desk
from chat.actions.pictures import attach
from chat.errors import Conflict, Refused
from chat.log import Entry, Item, Locked, Receipt
from chat.models.conversation import Status
from chat.models.message import AuthorKind, Visibility

LONGEST = 4000  # characters of a body
BOT_KEY = "bot"
BOT_NAME = "Bot"

# On the way of every message; an enum's member costs a call each time it is named (Python 3.11).
CUSTOMER, AGENT = AuthorKind.CUSTOMER.value, AuthorKind.AGENT.value
OPEN, RESOLVED = Status.OPEN.value, Status.RESOLVED.value


def clean_body(text: str, *, may_be_empty: bool = False) -> str:
    """The text as it is stored. Raises Refused where it is empty, too long or not storable."""
    if "\x00" in text:
        raise Refused("bad_frame", "A message cannot contain the character NUL.")
    body = text.strip()
    # Of zero-width characters alone there would be an empty bubble.
    if not body.isprintable() and not any(c.isprintable() and not c.isspace() for c in body):
        body = ""
    if not body and not may_be_empty:
        raise Refused("empty", "There is nothing to send: the message is empty.")
    if len(body) > LONGEST:
        raise Refused("too_long", f"A message has at most {LONGEST:,} characters.")
    return body


def customer_message(
    participant: Participant,
    conversation_id: int,
    text: str,
    client_id: str = "",
    choice: int | None = None,
    pictures: Sequence[str] = (),
) -> Entry:
    """What a customer writes; it opens a resolved conversation again, with the bot.

    `pictures` are the keys of uploads; with them there need be no text.
    """
    entry = Entry(
        conversation_id,
        CUSTOMER,
        participant.key,
        clean_body(text, may_be_empty=bool(pictures)),
        client_id,
        author_name=participant.name,
        data=None if choice is None else {"choice": choice},
        effect=_customer_wrote,
    )
    return attach(entry, pictures) if pictures else entry


def _customer_wrote(conversation: Locked, seq: int) -> None:
    conversation.last_customer_seq = seq
    conversation.customer_messages += 1
    if conversation.status == RESOLVED:
        conversation.status = Status.BOT.value
        conversation.assignee_id = None
    if conversation.status == OPEN and conversation.waiting_since is None:
        conversation.waiting_since = timezone.now()


def agent_message(
    participant: Participant,
    conversation_id: int,
    text: str,
    client_id: str = "",
    pictures: Sequence[str] = (),
) -> Entry:
    """An agent's reply; only whoever has the conversation replies in it."""

    def is_mine(conversation: Locked, entry: Entry) -> None:
        if conversation.assignee_id != participant.user_id or conversation.status != OPEN:
            raise Conflict("not_yours", "Take over the conversation before you reply in it.")

    entry = _agents_entry(
        participant, conversation_id, text, client_id, is_mine, _agent_replied, bool(pictures)
    )
    return attach(entry, pictures) if pictures else entry


def _agent_replied(conversation: Locked, seq: int) -> None:
    conversation.waiting_since = None
    conversation.bot_seq = conversation.last_customer_seq


def note(
    participant: Participant,
    conversation_id: int,
    text: str,
    client_id: str = "",
    pictures: Sequence[str] = (),
) -> Entry:
    """A note that only agents see, in a conversation with the desk."""
    entry = _agents_entry(
        participant, conversation_id, text, client_id, of_the_desk(), may_be_empty=bool(pictures)
    )
    entry.visibility = Visibility.AGENTS.value
    return attach(entry, pictures) if pictures else entry


def _agents_entry(
    participant: Participant,
    conversation_id: int,
    text: str,
    client_id: str,
    guard: Callable[[Locked, Entry], None] | None = None,
    effect: Callable[[Locked, int], None] | None = None,
    may_be_empty: bool = False,
) -> Entry:
    return Entry(
        conversation_id,
        AGENT,
        participant.key,
        clean_body(text, may_be_empty=may_be_empty),
        client_id,
        author_id=participant.user_id,
        author_name=participant.name,
        guard=guard,
        effect=effect,
    )


def bot_message(
    conversation_id: int,
    text: str,
    client_id: str,
    *,
    guard: Callable[[Locked, Entry], None],
    effect: Callable[[Locked, int], None],
    data: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
) -> Entry:
    """What the bot says; its guard keeps it silent once a person has the conversation."""
    return Entry(
        conversation_id,
        AuthorKind.BOT.value,
        BOT_KEY,
        text[:LONGEST],
        client_id,
        author_name=BOT_NAME,
        data=data,
        evidence=evidence,
        guard=guard,
        effect=effect,
    )


def post_message(entry: Item, settle: log.Settle) -> None:
    """Commits the entry from the event loop; `settle` gets its Receipt or Refused there."""
    log.submit(entry, settle)


async def post_message_and_see(entry: Item) -> Receipt:
    """Commits the entry from the event loop and waits. Raises Refused."""
    return await log.append(entry)


def post_together(entries: list[Entry]) -> list[Receipt]:
    """Commits entries of one conversation in one transaction, in order: all of them, or none.

    From a thread. Raises Refused or a database error.
    """
    with transaction.atomic():
        outcomes = log.commit_group(list(entries))
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Receipt)]


def post_message_and_wait(entry: Item) -> Receipt:
    """Commits the entry from a thread or a command and waits. Raises Refused."""
    return log.write(entry)
