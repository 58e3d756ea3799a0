"""Who a customer is, as far as they have said so. Reads only."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from chat.frames import Frame, display_name
from chat.models import Contact, Conversation

_ACCOUNT = "account-"


def account_key(user: AbstractUser) -> str:
    """The visitor key of whoever has an account, the same in every browser; it opens nothing."""
    return f"{_ACCOUNT}{user.pk}"


def account_id(visitor_key: str) -> int | None:
    """The user behind a visitor key; None for visitors without an account."""
    number = visitor_key.removeprefix(_ACCOUNT)
    return int(number) if number != visitor_key and number.isdecimal() else None


def names(rows: Iterable[Conversation]) -> dict[int, str]:
    """{conversation id: name} where one was given, with the conversation or with an account."""
    rows = list(rows)
    accounts = {pk for row in rows if (pk := account_id(row.visitor_key)) is not None}
    users = get_user_model().objects.in_bulk(accounts) if accounts else {}
    left = Contact.objects.filter(conversation__in=[row.id for row in rows]).exclude(name="")
    return {
        row.id: display_name(user)
        for row in rows
        if (user := users.get(account_id(row.visitor_key)))
    } | dict(left.values_list("conversation_id", "name"))


def contact_of(conversation_id: int) -> Frame:
    """{"name", "email"} of a conversation's customer, "" where they are not known."""
    conversation = Conversation.objects.select_related("contact").get(pk=conversation_id)
    left = getattr(conversation, "contact", None)
    name = left.name if left else ""
    if not name and account_id(conversation.visitor_key) is not None:
        name = names([conversation]).get(conversation_id, "")
    return {"name": name, "email": left.email if left else ""}
