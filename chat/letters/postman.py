"""Sends letters beside the bot's worker, in a thread of its own: a mail server may be slow."""

import logging
import threading

from django.db import close_old_connections, connection

from chat.letters.sending import send_all

logger = logging.getLogger(__name__)
SWEEP = 2.0  # seconds
PATIENCE = 1.0  # seconds that stop() waits


class Postman:
    """Started once a process, with the bot."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is being sent is settled, or its lease runs out and another sends it."""
        self._stopping.set()
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        while not self._stopping.wait(SWEEP):
            close_old_connections()
            try:
                send_all()
            except Exception as error:
                logger.warning("letters not looked for: %s", type(error).__name__)
            finally:
                close_old_connections()
        connection.close()
