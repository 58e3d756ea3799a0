"""E-mail of a desk that sends none: for whoever sits at its terminal, and for nobody else."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """Django's console; but where its output goes into a file, that is a log, and gets nothing.

    Logs never hold what people wrote, nor links that open something.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were shown."""
        if not self.stream.isatty():
            return 0
        return super().send_messages(email_messages) or 0
