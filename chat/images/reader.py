"""Reads what customers' pictures say, one after the other, off everybody's way.

What is to be read is a query: a process that dies loses nothing, another reads it. Only processes
that serve read, for they have the files.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from chat.images import ocr, store
from chat.images.ocr import NotRead, Scribe
from chat.models import Attachment
from chat.models.attachment import Reading

logger = logging.getLogger(__name__)

SWEEP = 20.0  # seconds between looks for what another process has left unread
GIVEN_UP = timedelta(seconds=90)  # after which nobody is reading it any more
IDLE = 60.0  # seconds after which the reading process ends


class Reader:
    """Started once a process that serves. `done` is called in its thread with the id of the
    conversation whose picture was read."""

    running: "Reader | None" = None

    def __init__(self, done: Callable[[int], None]) -> None:
        self.done = done
        self.scribe = Scribe()
        self._something = threading.Event()
        self._stopping = False
        self._worked = 0.0
        self._is_expected = False

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, name="picture-reader", daemon=True)
        self.thread.start()
        Reader.running = self

    def hint(self, *, soon: bool = False) -> None:
        """There is something to read, or will be in a moment; from any thread."""
        self._is_expected = soon
        self._something.set()

    def stop(self) -> None:
        """Ends at once: what is in hand is read again later."""
        if Reader.running is self:
            Reader.running = None
        self._stopping = True
        self._something.set()
        self.scribe.rest()
        self.thread.join(5)

    def _run(self) -> None:
        while not self._stopping:
            with suppress(Exception):  # the database is away: what is to be read stays there
                if ocr.is_available():  # the library may come while we run
                    self._wake_up()
                    self._read_all()
            self._something.wait(min(SWEEP, IDLE))
            self._something.clear()
            if self.scribe.is_awake and monotonic() > self._worked + IDLE:
                self.scribe.rest()
        connection.close()

    def _wake_up(self) -> None:
        """Loads the models while a picture is still on its way: both take a while."""
        if self._is_expected and not self._stopping:
            self._is_expected = False
            self.scribe.wake()
            self._worked = monotonic()

    def _read_all(self) -> None:
        close_old_connections()
        try:
            while not self._stopping and (row := claim()):
                read(row, self.scribe, is_wanted=lambda: not self._stopping)
                self._worked = monotonic()
                self.done(row.conversation_id)
        finally:
            close_old_connections()


def claim() -> Attachment | None:
    """The next picture to be read, ours from now on; None where there is none."""
    stale = Q(reading=Reading.READING, reading_since__lt=timezone.now() - GIVEN_UP)
    free = Attachment.objects.filter(Q(reading=Reading.WAITING) | stale)
    row = free.order_by("id").first()
    if row is None:
        return None
    mine = free.filter(pk=row.pk).update(reading=Reading.READING, reading_since=timezone.now())
    return row if mine else claim()


def read(row: Attachment, scribe: Scribe, is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Reads one picture and writes down what it says, or that it could not be read.

    Where it could not because nobody wants it from this process any more (`is_wanted`), it is
    for the next one to read.
    """
    began = monotonic()
    try:
        text, state = scribe.read(store.picture(row.key, row.media_type)), Reading.READ
    except NotRead as error:
        logger.warning("picture %d not read: %s", row.pk, error)
        text, state = "", Reading.FAILED if is_wanted() else Reading.WAITING
    Attachment.objects.filter(pk=row.pk).update(text=text, reading=state)
    logger.info("picture %d: %s in %.1f s", row.pk, state.value, monotonic() - began)
