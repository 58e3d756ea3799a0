"""What agents replied where the bot had no answer: drafts of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.gaps.groups import embedded
from chat.gaps.questions import Turn
from chat.models import BotTurn, Message
from chat.models.message import AuthorKind, Visibility

MOST = 4
MOST_TURNS = 50
REPLIES_A_TURN = 5
SHORTEST = 20  # characters; "One moment" answers nothing


@dataclass(frozen=True)
class Draft:
    """One reply of an agent's; `id` is the message's."""

    id: int
    text: str
    agent: str
    said_at: datetime


def drafts(question: str, turns: Sequence[Turn]) -> list[Draft]:
    """The replies that are nearest to the question in meaning, each text once."""
    found: dict[str, Message] = {}
    for turn in turns[:MOST_TURNS]:
        for message in _replies(turn):
            found.setdefault(message.body, message)
    said = [
        Draft(message.pk, message.body, message.author_name, message.created_at)
        for message in found.values()
        if len(message.body) >= SHORTEST
    ]
    return _nearest(question, said)[:MOST]


def _replies(turn: Turn) -> list[Message]:
    """What agents said to the customer after the question and before the bot's next turn."""
    said = Message.objects.filter(
        conversation_id=turn.conversation_id,
        author_kind=AuthorKind.AGENT,
        visibility=Visibility.ALL,
        seq__gt=turn.question_seq,
    )
    later = BotTurn.objects.filter(
        conversation_id=turn.conversation_id, question_seq__gt=turn.question_seq
    ).order_by("question_seq")
    ends = later.values_list("question_seq", flat=True).first()
    if ends is not None:
        said = said.filter(seq__lt=ends)
    return list(said.order_by("seq")[:REPLIES_A_TURN])


def _nearest(question: str, said: list[Draft]) -> list[Draft]:
    rows = embedded([question, *(draft.text for draft in said)])
    if rows is None:
        return sorted(said, key=lambda draft: -len(draft.text))
    nearness = rows[1:] @ rows[0]
    order = sorted(range(len(said)), key=lambda place: -nearness[place])
    return [said[place] for place in order]
