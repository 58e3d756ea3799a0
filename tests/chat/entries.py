"""Entries as the tests write them."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from chat import log
from chat.access import Participant
from chat.actions import messages
from chat.frames import display_name
from chat.log import Entry
from chat.models import BotTurn, Conversation
from chat.models.bot_turn import Outcome
from tests.services.cast import Customer


def as_customer(customer: Customer) -> Participant:
    return Participant(customer.author_key, visitor_key=customer.key)


def as_agent(user: User) -> Participant:
    return Participant(f"user:{user.pk}", display_name(user), user_id=user.pk, is_agent=True)


def says(customer: Customer, text: str, client_id: str = "", pk: int | None = None) -> Entry:
    """An entry with what a customer writes; `pk` spares looking the conversation up."""
    return messages.customer_message(
        as_customer(customer), pk or customer.conversation.pk, text, client_id
    )


def bot_says(conversation: Conversation | int, text: str, client_id: str = "bot:1") -> Entry:
    """An entry of the bot with neither guard nor effect."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    return messages.bot_message(
        pk, text, client_id, guard=lambda row, entry: None, effect=lambda row, seq: None
    )


def rows(conversation: Conversation) -> list[tuple[Any, ...]]:
    """(seq, author_kind, body) of each message, in order."""
    return list(conversation.messages.order_by("seq").values_list("seq", "author_kind", "body"))


def bot_answers(conversation: Conversation, question_seq: int = 1, **turn: Any) -> int:
    """Posts an answer of the bot's with its turn's record, `turn` in it; the answer's seq."""
    receipt = log.write(bot_says(conversation, "Choose campus-secure", f"bot:{question_seq}"))
    assert receipt.posted is not None
    now = timezone.now()
    recorded: dict[str, Any] = {
        "outcome": Outcome.ANSWER,
        "token": f"{conversation.pk}-{question_seq}",
        "leased_until": now,
        "finished_at": now,
        "reply_seq": receipt.posted.seq,
    }
    BotTurn.objects.create(conversation=conversation, question_seq=question_seq, **recorded | turn)
    return receipt.posted.seq
