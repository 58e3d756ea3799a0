"""A customer leaves a name and an address, so that an answer finds them later."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from chat.access import Participant
from chat.errors import Refused, Unchanged
from chat.log import Entry, Locked, derived_client_id
from chat.models import Contact
from chat.models.message import AuthorKind, Visibility

LONGEST_NAME = 100  # characters
LONGEST_EMAIL = 254


def leave_contact(
    participant: Participant, conversation_id: int, name: str, email: str, *, client_id: str = ""
) -> Entry:
    """From now on agents' replies go to `email` too; agents are told, others see nothing.

    Both empty takes back what was left. Raises Refused for what is no name or address. What was
    left is not in the log, so that it can be taken back.
    """
    name, email = _clean_name(name), _clean_email(email)

    def guard(conversation: Locked, entry: Entry) -> None:
        if (name, email) == _known(conversation.id):
            raise Unchanged

    def effect(conversation: Locked, seq: int) -> None:
        # What agents wrote before is there to be read; letters are for what comes now.
        values = {"name": name, "email": email, "settled_seq": seq, "attempts": 0}
        Contact.objects.update_or_create(conversation_id=conversation.id, defaults=values)

    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        participant.key,
        _told(name, email),
        derived_client_id("contact-", client_id) if client_id else "",
        visibility=Visibility.AGENTS.value,
        data={"event": "contact"},
        guard=guard,
        effect=effect,
    )


def _known(conversation_id: int) -> tuple[str, str]:
    left = Contact.objects.filter(conversation=conversation_id).values_list("name", "email")
    return left.first() or ("", "")


def _told(name: str, email: str) -> str:
    left = [*(["a name"] if name else []), *(["an e-mail address"] if email else [])]
    return f"The customer left {' and '.join(left) or 'neither name nor e-mail address any more'}."


def _clean_name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise Refused("bad_contact", f"A name has at most {LONGEST_NAME} characters.")
    if not name.isprintable():
        raise Refused("bad_contact", "A name has letters only, no control characters.")
    return name


def _clean_email(text: str) -> str:
    email = text.strip()
    if len(email) > LONGEST_EMAIL:
        raise Refused("bad_contact", "This e-mail address is too long.")
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Refused("bad_contact", "This is no e-mail address: check its spelling.") from None
    return email
