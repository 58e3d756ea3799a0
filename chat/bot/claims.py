"""Whose turn it is: which conversations are due, and which worker has one in hand.

The list of what is to do is a query: a worker that dies loses nothing but its
lease. Times are the database's, so that workers on several machines agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from chat import assistants
from chat.bot import pictures
from chat.log import Locked
from chat.models import Assistant, Attachment, BotTurn, Conversation, Message
from chat.models.bot_turn import Outcome
from chat.models.conversation import Status
from chat.models.message import AuthorKind, Visibility

LEASE = 15.0  # seconds
IN_A_ROW = 3600.0  # seconds after which a miss is no longer one of two in a row
REMEMBERED = 3  # answered questions that the next one may lean on
MOST_MESSAGES = 5  # of the customer's that make one turn's question
LIVE = {"finished_at": None, "leased_until__gt": Now()}


@dataclass(slots=True, eq=False)
class Turn:
    """A claimed turn: the customer's messages from `first_seq` to `question_seq`, answered once.

    `previous` is how the bot's turn before ended, `choice` the entry of a button pressed, `shown`
    what the customer has read already of a reply that is still being written, `languages` what
    their browser asks for. A picture without words is none of `texts`. What lies at or before
    `resolved_seq` is over: the turn knows nothing of it. `began_seq` is where `assistant` began to
    answer, or the conversation anew.
    """

    id: int
    conversation_id: int
    first_seq: int
    question_seq: int
    token: str
    texts: list[str]
    choice: int | None
    previous: str
    resolved_seq: int = 0
    began_seq: int = 0
    assistant: Assistant = field(default_factory=assistants.default)
    assistant_id: int | None = None  # as the conversation names it
    started: float = field(default_factory=monotonic)
    asked_at: datetime = field(default_factory=timezone.now)
    pictures: list[Attachment] = field(default_factory=list)
    languages: str = ""
    shown: str = ""

    @property
    def client_id(self) -> str:
        """Of the reply: made from its question, so that there is one, whoever writes it."""
        return f"bot:{self.question_seq}"

    @property
    def question(self) -> str:
        return "\n".join(self.texts)

    @property
    def milliseconds(self) -> float:
        return (monotonic() - self.started) * 1000


def due(limit: int = 50) -> list[int]:
    """Ids of conversations that wait for the bot and that no worker has in hand."""
    in_hand = BotTurn.objects.filter(conversation_id=OuterRef("id"), **LIVE)
    free = Conversation.objects.filter(~Exists(in_hand)).order_by("id").values_list("id", flat=True)
    found = list(free.filter(bot_is_due=True)[:limit])
    wanted = _wants_drafts()
    return found if wanted is None else found + list(free.filter(wanted)[:limit])


def _wants_drafts() -> Q | None:
    """Conversations that are with a person, or wait for one, while a shadow assistant drafts."""
    shadows = [one for one in assistants.offered() if one.is_shadow]
    if not shadows:
        return None
    whose = Q(assistant__in=shadows)
    if assistants.default().is_shadow:
        whose |= Q(assistant=None) | Q(assistant__is_active=False)
    return whose & Q(status=Status.OPEN, last_customer_seq__gt=F("bot_seq"))


def _is_due(conversation: Conversation, assistant: Assistant) -> bool:
    is_open = assistant.is_shadow and conversation.status == Status.OPEN
    return conversation.bot_is_due or (
        is_open and conversation.last_customer_seq > conversation.bot_seq
    )


def claim(conversation_id: int, lease: float = LEASE) -> Turn | None:
    """The conversation's turn, ours until the lease ends; None where it is not due or not free.

    The row's lock is held only while the claim is written.
    """
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id)
        conversation = locked.first()
        if conversation is None:
            return None
        assistant = assistants.present(conversation.assistant)
        if not _is_due(conversation, assistant):
            return None
        turns = BotTurn.objects.filter(conversation=conversation)
        if turns.filter(**LIVE).exists():
            return None
        # What a dead worker left is covered by this turn, which reaches further.
        turns.filter(finished_at=None).exclude(question_seq=conversation.last_customer_seq).update(
            finished_at=Now(), outcome=Outcome.DROPPED, evidence={"dropped": "lease ran out"}
        )
        return _write_claim(conversation, assistant, lease)


def _write_claim(conversation: Conversation, assistant: Assistant, lease: float) -> Turn:
    asked = _asked(conversation)
    resolved_seq = _newest(conversation, "resolved")
    began_seq = max(resolved_seq, _newest(conversation, "assistant"))
    row, _ = BotTurn.objects.update_or_create(
        conversation=conversation,
        question_seq=conversation.last_customer_seq,
        defaults={
            "token": uuid4().hex,
            "leased_until": _in(lease),
            "finished_at": None,
            "outcome": "",
            "draft": "",
            "assistant_id": assistant.pk,
            "question": "\n".join(message.body for message in asked if message.body),
        },
    )
    return Turn(
        row.pk,
        conversation.pk,
        asked[0].seq if asked else row.question_seq,
        row.question_seq,
        row.token,
        [message.body for message in asked if message.body],
        ((asked[-1].data or {}).get("choice") if asked else None),
        _previous_outcome(conversation, began_seq),
        resolved_seq,
        began_seq,
        assistant,
        conversation.assistant_id,
        asked_at=asked[-1].created_at if asked else timezone.now(),
        pictures=pictures.of(asked),
        languages=conversation.languages,
    )


def _asked(conversation: Conversation) -> list[Message]:
    """The customer's messages since the bot's last turn, oldest first."""
    newest = Message.objects.filter(
        conversation=conversation, author_kind=AuthorKind.CUSTOMER, seq__gt=conversation.bot_seq
    ).order_by("-seq")[:MOST_MESSAGES]
    return list(newest)[::-1]


def _newest(conversation: Conversation, event: str) -> int:
    """The seq of the newest message that tells of the event; 0 for none."""
    told = Message.objects.filter(
        conversation=conversation, author_kind=AuthorKind.SYSTEM, data__event=event
    )
    return told.order_by("-seq").values_list("seq", flat=True).first() or 0


def _previous_outcome(conversation: Conversation, began_seq: int) -> str:
    """How the bot's last turn ended, small talk aside; "" where a person has replied since, or
    it was before the assistant began."""
    last = (
        BotTurn.objects.filter(
            conversation=conversation,
            finished_at__gt=_in(-IN_A_ROW),
            question_seq__gt=began_seq,
        )
        .exclude(outcome__in=(Outcome.SMALL_TALK, Outcome.DROPPED))
        .order_by("-question_seq")
        .first()
    )
    if last is None:
        return ""
    replied = Message.objects.filter(
        conversation=conversation, author_kind=AuthorKind.AGENT, seq__gt=last.question_seq
    )
    return "" if replied.exists() else last.outcome


def earlier_messages(turn: Turn, limit: int) -> list[Message]:
    """What was said before the turn's question, oldest first; notes left out."""
    before = _said_before(turn).filter(visibility=Visibility.ALL).exclude(body="")
    return list(before.order_by("-seq")[:limit])[::-1]


def answered_before(turn: Turn) -> list[str]:
    """The questions that the bot has answered just before, oldest first; none where its last
    turn was no answer, or a person has replied since."""
    if turn.previous != Outcome.ANSWER:
        return []
    rows = BotTurn.objects.filter(
        conversation_id=turn.conversation_id,
        question_seq__lt=turn.question_seq,
        question_seq__gt=turn.began_seq,
        outcome=Outcome.ANSWER,
        finished_at__gt=_in(-IN_A_ROW),
    ).order_by("-question_seq")
    rows = rows.exclude(question="")  # a picture without words
    return list(rows.values_list("question", flat=True)[:REMEMBERED])[::-1]


def suggested_before(turn: Turn) -> list[dict[str, Any]]:
    """[{"entry", "title"}] of the bot's message just before, where that asked "did you mean"."""
    said = _said_before(turn).filter(author_kind=AuthorKind.BOT, visibility=Visibility.ALL)
    last = said.order_by("-seq").first()
    return list((last.data or {}).get("suggestions", [])) if last else []


def _said_before(turn: Turn) -> QuerySet[Message]:
    return Message.objects.filter(
        conversation_id=turn.conversation_id, seq__gt=turn.resolved_seq, seq__lt=turn.first_seq
    )


def renew(tokens: Iterable[str], lease: float = LEASE) -> None:
    """Prolongs the leases of turns in hand."""
    BotTurn.objects.filter(token__in=list(tokens), finished_at=None).update(leased_until=_in(lease))


def release(turn: Turn) -> None:
    """Gives the turn back unanswered: any worker may have it at once."""
    BotTurn.objects.filter(token=turn.token, finished_at=None).update(leased_until=Now())


def finish(
    turn: Turn,
    outcome: str,
    evidence: dict[str, Any],
    reply_seq: int | None,
    entry_id: int | None = None,
    draft: str = "",
) -> None:
    """Records what came of the turn; nothing where another worker has it by now.

    `entry_id` is the FAQ entry whose answer went out, or with `draft` might.
    """
    BotTurn.objects.filter(token=turn.token, finished_at=None).update(
        finished_at=Now(),
        outcome=outcome,
        evidence=evidence,
        reply_seq=reply_seq,
        milliseconds=round(turn.milliseconds, 1),
        entry=entry_id,
        draft=draft,
        **searched(evidence.get("search") or {}),
    )


def searched(search: dict[str, Any]) -> dict[str, Any]:
    """The columns by which admins look for turns, out of what the search said."""
    hits = search.get("hits") or [{}]
    return {
        "band": search.get("band", ""),
        "engine": search.get("engine", "")[:40],
        "confidence": hits[0].get("confidence"),
    }


def is_ours(conversation: Conversation | Locked, turn: Turn) -> bool:
    """Whether the bot has the conversation as that assistant, and this worker its turn. Under
    the row's lock."""
    return (
        conversation.status in _held_as(turn)
        and conversation.bot_seq < turn.question_seq
        and conversation.assistant_id == turn.assistant_id
        and BotTurn.objects.filter(token=turn.token, finished_at=None).exists()
    )


def _held_as(turn: Turn) -> tuple[str, ...]:
    """The states in which the turn may end: drafts are written beside a person, too."""
    return (Status.BOT, Status.OPEN) if turn.assistant.is_shadow else (Status.BOT,)


def why_not(turn: Turn) -> str:
    """Why the turn need not go on ("taken over", "newer message", "switched", "lost"); "" where
    it should."""
    conversation = Conversation.objects.filter(pk=turn.conversation_id).first()
    if conversation is None or not is_ours(conversation, turn):
        if conversation and conversation.status not in _held_as(turn):
            return "taken over"
        is_other = conversation and conversation.assistant_id != turn.assistant_id
        return "switched" if is_other else "lost"
    return "newer message" if conversation.last_customer_seq > turn.question_seq else ""


def _in(seconds: float) -> ExpressionWrapper:
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
