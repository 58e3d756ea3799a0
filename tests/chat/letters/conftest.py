from collections.abc import Iterator

import pytest

from chat.actions import contact, handoff, messages
from chat.log import commit_group
from tests.chat.entries import as_agent, as_customer, says
from tests.services import mail
from tests.services.mail import Mailbox

ADDRESS = "alice@example.org"


@pytest.fixture(scope="module")
def mail_server() -> Iterator[Mailbox]:
    with mail.running() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(mail_server: Mailbox, settings) -> Mailbox:
    """A mail server that the desk sends by, at once."""
    mail_server.letters.clear()
    mail_server.refused.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.SENDS_EMAIL, settings.EMAIL_AFTER = True, 0
    settings.URL = "https://help.example.edu"
    settings.DEFAULT_FROM_EMAIL = "desk@help.example.edu"
    return mail_server


@pytest.fixture
def pk(alice, carol) -> int:
    """Alice's conversation: she has left her address, and Carol has it."""
    pk = alice.conversation.pk
    commit_group([says(alice, "hello")])
    commit_group([contact.leave_contact(as_customer(alice), pk, "Alice Baker", ADDRESS)])
    commit_group([handoff.take_over(as_agent(carol), pk)])
    return pk


@pytest.fixture
def reply(pk, carol):
    """Carol writes; reply("text") is the message's seq."""

    def write(text: str, note: bool = False) -> int:
        compose = messages.note if note else messages.agent_message
        (receipt,) = commit_group([compose(as_agent(carol), pk, text)])
        return receipt.posted.seq

    return write
