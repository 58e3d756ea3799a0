"""What a visitor wrote without an account goes along when they log in."""

import secrets
from typing import Any

from chat.actions.messages import post_message_and_wait
from chat.customers import account_key
from chat.frames import display_name
from chat.log import Entry, Locked
from chat.models import Conversation
from chat.models.message import AuthorKind, Visibility


def take_along(visitor_key: str, home_label: str, user: Any) -> None:
    """The visitor's conversations are the account's from now on; the one at `/` stays there.

    Each by an entry of its log, which agents see. Windows that still show one as the visitor's
    are closed by the hubs' checks.
    """
    mine = Conversation.objects.filter(visitor_key=visitor_key, head_seq__gt=0).order_by("id")
    for pk, label in mine.values_list("id", "label"):
        post_message_and_wait(_move(pk, account_key(user) if label == home_label else label, user))


def _move(conversation_id: int, label: str, user: Any) -> Entry:
    key = account_key(user)

    def effect(conversation: Locked, seq: int) -> None:
        taken = Conversation.objects.filter(visitor_key=key, label=label).exists()
        free = f"{label[:55]}-{secrets.token_hex(4)}" if taken else label
        Conversation.objects.filter(pk=conversation.id).update(visitor_key=key, label=free)

    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        f"visitor:{key}",
        f"The customer logged in as {display_name(user)}.",
        visibility=Visibility.AGENTS.value,
        data={"event": "account"},
        effect=effect,
    )
