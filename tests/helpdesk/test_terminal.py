"""Letters of a desk that sends none: a person at the terminal sees them, a log does not."""

import io

import pytest
from django.core.mail import EmailMessage

from helpdesk.terminal import EmailBackend
from tests.helpdesk.test_settings import setting


class Output(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_letter_is_shown_at_a_terminal_and_not_in_a_file(is_terminal):
    output = Output(is_terminal)
    letter = EmailMessage("An answer", "It is the certificate.", to=["alice@example.org"])
    assert EmailBackend(stream=output).send_messages([letter]) == int(is_terminal)
    assert ("It is the certificate." in output.getvalue()) == is_terminal
    assert bool(output.getvalue()) == is_terminal


def test_a_desk_without_an_address_to_send_by_has_this_one(tmp_path):
    assert setting("EMAIL_BACKEND", tmp_path, email_url="") == "helpdesk.terminal.EmailBackend"
    by_smtp = setting("EMAIL_BACKEND", tmp_path, email_url="smtp://127.0.0.1:25")
    assert by_smtp == "django.core.mail.backends.smtp.EmailBackend"
