"""Database connections of threads other than the test's own."""

import threading
import weakref

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from chat import database
from tests.services.patience import EVENTUALLY

_opened: "weakref.WeakSet[BaseDatabaseWrapper]" = weakref.WeakSet()


def _remember(connection: BaseDatabaseWrapper, **_: object) -> None:
    _opened.add(connection)


connection_created.connect(_remember, dispatch_uid="tests.connections")


def close_other_threads_connections() -> None:
    """Close what other threads opened: an open one would block the flush after the test."""
    _let_readers_finish()
    _let_bots_finish()
    here = threading.get_ident()
    for connection in list(_opened):
        if connection._thread_ident != here and connection.connection is not None:
            connection.inc_thread_sharing()
            try:
                connection.close()
            finally:
                connection.dec_thread_sharing()


def _let_bots_finish() -> None:
    """A stopped worker does not wait for its model's thread, which still gives its turn back."""
    for thread in threading.enumerate():
        if thread.name.startswith("bot-"):
            thread.join(EVENTUALLY)


def _let_readers_finish() -> None:
    """A cancelled `in_database` leaves its thread at work: to close SQLite under it is a crash."""
    readers = database._readers
    busy = len(readers._threads)
    if busy:
        everyone = threading.Barrier(busy + 1)
        for _ in range(busy):
            readers.submit(everyone.wait, 10)
        everyone.wait(10)
