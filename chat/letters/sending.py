"""Writing a letter, sending it, and noting in the conversation what became of it."""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from chat import returning
from chat.actions.messages import post_message_and_wait
from chat.letters.due import Letter, claimed
from chat.log import Entry, Locked
from chat.models import Contact
from chat.models.message import AuthorKind, Visibility

logger = logging.getLogger(__name__)
ATTEMPTS = 8  # the last after about four hours
LONGEST_PAUSE = 3600  # seconds

TEXT = """{names} of the {desk} wrote to you:

{messages}

----
Read the conversation and reply here:
{address}

The link opens your conversation once, in the browser you open it with, within {days} days. Do not
pass it on: whoever has it can read what you wrote. Replies to this e-mail are not read.
"""


def send_all() -> int:
    """Sends what is due; how many letters went out."""
    return sum(_send(letter) for letter in claimed())


def _send(letter: Letter) -> bool:
    pk = letter.conversation.pk
    try:
        written(letter).send()
    except smtplib.SMTPRecipientsRefused:
        logger.warning("letter of conversation %d: the address was refused", pk)
        _note(letter, "not_mailed", "The customer's e-mail address does not take letters.")
    except Exception as error:
        logger.warning("letter of conversation %d not sent: %s", pk, type(error).__name__)
        _later(letter)
    else:
        event, words = _SENT[settings.SENDS_EMAIL]
        _note(letter, event, words)
        logger.info("letter of conversation %d: %s", pk, event)
        return True
    return False


_SENT = {
    True: ("mailed", "Sent to the customer's e-mail address, too."),
    False: (
        "not_mailed",
        "Not read yet. This desk sends no e-mail: HELPDESK_EMAIL_URL is not set.",
    ),
}


def written(letter: Letter) -> EmailMessage:
    """The letter; the same one again, after a worker died, has the same Message-ID."""
    names = dict.fromkeys(message.author_name for message in letter.messages)
    text = TEXT.format(
        names=" and ".join(names),
        desk=settings.HELPDESK_NAME,
        messages="\n\n".join(message.body for message in letter.messages),
        address=returning.make_address(letter.conversation.pk, letter.contact.email),
        days=returning.LASTS.days,
    )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    headers = {
        "Message-ID": f"<{letter.conversation.pk}.{letter.through}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    subject = f"An answer from the {settings.HELPDESK_NAME}"
    return EmailMessage(subject, text, to=[letter.contact.email], headers=headers)


def _note(letter: Letter, event: str, words: str) -> None:
    """Tells agents, and settles the letter in the same commit."""

    def settle(conversation: Locked, seq: int) -> None:
        Contact.objects.filter(pk=conversation.id).update(
            settled_seq=letter.through, attempts=0, leased_until=timezone.now()
        )

    entry = Entry(
        letter.conversation.pk,
        AuthorKind.SYSTEM.value,
        "letters",
        words,
        f"{event}:{letter.through}",
        visibility=Visibility.AGENTS.value,
        data={"event": event},
        effect=settle,
    )
    post_message_and_wait(entry)


def _later(letter: Letter) -> None:
    """Again after a pause that grows; agents are told when it is given up."""
    attempts = letter.contact.attempts + 1
    if attempts >= ATTEMPTS:
        _note(letter, "not_mailed", "The customer could not be reached by e-mail.")
        return
    pause = timedelta(seconds=min(LONGEST_PAUSE, 30 * 2**attempts))
    Contact.objects.filter(pk=letter.contact.pk).update(
        attempts=attempts, leased_until=timezone.now() + pause
    )
