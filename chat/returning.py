"""Links back into a conversation for who lost the cookie: each opens once, until it expires."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from chat.models import ReturnLink

LASTS = timedelta(days=7)
_SALT = "chat.returning"


def make_address(conversation_id: int, email: str) -> str:
    """The whole address of a new link, to be sent to `email`."""
    link = ReturnLink.objects.create(conversation_id=conversation_id, email=email)
    token = signing.dumps(link.pk, salt=_SALT)
    return settings.URL + reverse("return", kwargs={"token": token})


def known(token: str) -> ReturnLink | None:
    """The link of a token that we have signed, used or not; None for others and expired ones."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return ReturnLink.objects.select_related("conversation__contact").filter(pk=pk).first()


def is_open(link: ReturnLink) -> bool:
    """Whether it still opens: unused, and sent to the address that stands now."""
    contact = getattr(link.conversation, "contact", None)
    return link.used_at is None and contact is not None and contact.email == link.email


def use(link: ReturnLink) -> bool:
    """Takes the link for one browser; False where another was first."""
    unused = ReturnLink.objects.filter(pk=link.pk, used_at=None)
    return is_open(link) and unused.update(used_at=timezone.now()) == 1
