"""Which replies are to go out by e-mail: a question to the database, as the bot's turns are.

Due is what an agent wrote to somebody who left an address and who has not read it for a while.
A worker holds it by a lease: one that dies loses nothing, and another sends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Max, Q
from django.utils import timezone

from chat.models import Contact, Conversation, Member, Message
from chat.models.message import AuthorKind, Visibility

LEASE = timedelta(minutes=2)  # longer than a mail server may take
# Somebody who goes on writing is waited for, but no longer than so many times the usual.
LONGEST = 5
AT_ONCE = 100
MESSAGES = 50  # of one letter


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one address: unread replies, in order."""

    conversation: Conversation
    contact: Contact
    messages: list[Message]

    @property
    def through(self) -> int:
        return self.messages[-1].seq


def claimed() -> Iterable[Letter]:
    """Yields the letters that are due, each held for LEASE when it comes."""
    now = timezone.now()
    candidates = Contact.objects.filter(
        ~Q(email=""), leased_until__lte=now, conversation__head_seq__gt=F("settled_seq")
    ).select_related("conversation")
    for contact in candidates[:AT_ONCE]:
        unread = _unread(contact)
        if not unread:
            _settle_read(contact)
        elif _is_due(unread) and _claim(contact):
            yield Letter(contact.conversation, contact, unread)


def _unread(contact: Contact) -> list[Message]:
    """Agents' replies that are neither settled nor read, the oldest first."""
    conversation = contact.conversation
    marks = Member.objects.filter(conversation=conversation, is_agent=False)
    read = marks.aggregate(through=Max("last_read_seq"))["through"] or 0
    rows = Message.objects.filter(
        conversation=conversation,
        author_kind=AuthorKind.AGENT,
        visibility=Visibility.ALL,
        seq__gt=max(contact.settled_seq, read),
        seq__lte=conversation.head_seq,
    )
    return list(rows.order_by("seq")[:MESSAGES])


def _is_due(unread: list[Message]) -> bool:
    now, patience = timezone.now(), timedelta(seconds=settings.EMAIL_AFTER)
    waited = now - unread[-1].created_at, now - unread[0].created_at
    return waited[0] >= patience or waited[1] >= LONGEST * patience


def _settle_read(contact: Contact) -> None:
    """Up to the head that was looked at: what came since is looked at again."""
    head = contact.conversation.head_seq
    Contact.objects.filter(pk=contact.pk, settled_seq__lt=head).update(settled_seq=head)


def _claim(contact: Contact) -> bool:
    free = Contact.objects.filter(
        pk=contact.pk,
        email=contact.email,
        settled_seq=contact.settled_seq,
        leased_until=contact.leased_until,
    )
    return free.update(leased_until=timezone.now() + LEASE) == 1
