"""What an agent does with a draft of the bot's: sends it as it is, or in other words."""

from collections.abc import Callable, Sequence
from typing import Any

from chat.access import Participant
from chat.actions.messages import agent_message
from chat.errors import NotFound
from chat.log import Entry, Locked
from chat.models import BotTurn, Message
from chat.models.bot_turn import Draft
from chat.models.message import AuthorKind

# What goes out with a draft: nothing that says who has written it.
SENT_ALONG = ("source", "suggestions", "quote", "format", "blocks", "notice")


def send(participant: Participant, conversation_id: int, seq: int) -> Entry:
    """The draft `seq` as the agent's own message, once whatever is pressed.

    Raises NotFound. Reads the database: to be called in a thread.
    """
    draft = _draft(conversation_id, seq)
    # Customers get the client id, too: it does not say whose words these were.
    entry = agent_message(participant, conversation_id, draft.body, f"sent-{seq}")
    sent_along = {key: value for key, value in (draft.data or {}).items() if key in SENT_ALONG}
    entry.data = sent_along or None
    return _of_draft(entry, draft, Draft.UNCHANGED)


def edited(
    participant: Participant,
    conversation_id: int,
    seq: int,
    text: str,
    client_id: str = "",
    pictures: Sequence[str] = (),
) -> Entry:
    """What the agent has made of the draft `seq`. Raises NotFound. Reads the database."""
    draft = _draft(conversation_id, seq)
    entry = agent_message(participant, conversation_id, text, client_id, pictures)
    is_same = entry.body == draft.body and not pictures
    return _of_draft(entry, draft, Draft.UNCHANGED if is_same else Draft.EDITED)


def _draft(conversation_id: int, seq: int) -> Message:
    found = Message.objects.filter(
        conversation=conversation_id, seq=seq, author_kind=AuthorKind.BOT, data__draft=True
    ).first()
    if found is None:
        raise NotFound("There is no such draft.")
    return found


def _of_draft(entry: Entry, draft: Message, what: Draft) -> Entry:
    """Notes what became of the draft; the first of several messages made of it counts."""
    entry.evidence = {"draft": draft.seq, "sent": what.value}
    entry.effect = _and_then(entry.effect, lambda conversation: _note(conversation, draft, what))
    return entry


def _note(conversation: Locked, draft: Message, what: Draft) -> None:
    offered = BotTurn.objects.filter(
        conversation=conversation.id, reply_seq=draft.seq, draft=Draft.OFFERED
    )
    offered.update(draft=what)


def _and_then(
    effect: Callable[[Locked, int], None] | None, more: Callable[[Locked], Any]
) -> Callable[[Locked, int], None]:
    def both(conversation: Locked, seq: int) -> None:
        if effect is not None:
            effect(conversation, seq)
        more(conversation)

    return both
