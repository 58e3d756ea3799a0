"""Entries as the tests write them."""

from typing import Any

from django.contrib.auth.models import User

from chat.access import Participant
from chat.actions import messages
from chat.frames import display_name
from chat.log import Entry
from chat.models import Conversation
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
