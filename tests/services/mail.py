"""A mail server that keeps what it gets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.services.patience import EVENTUALLY
from tests.services.ports import free_port


class Mailbox:
    """`letters` are in the order in which they came; addresses in `refused` take none."""

    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self.refused: set[str] = set()
        self._came = threading.Condition()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()
        return "250 Message accepted"

    def wait_for(self, address: str, number: int = 1) -> EmailMessage:
        """The letter number `number` to an address; TimeoutError where it does not come."""

        def to_address() -> list[EmailMessage]:
            return [letter for letter in self.letters if letter["To"] == address]

        with self._came:
            if not self._came.wait_for(lambda: len(to_address()) >= number, EVENTUALLY):
                raise TimeoutError(f"letter {number} to {address} did not come")
            return to_address()[number - 1]


@contextmanager
def running() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
