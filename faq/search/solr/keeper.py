"""Keeps the index in step with the database, without anybody's command.

A thread of each process that serves. It looks when an entry was changed here, and every few
seconds for what others changed, forgot or broke: the index and the database are compared, and
who holds the lease pushes what differs.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_save

from faq.models import Revision
from faq.search.corpus import Corpus
from faq.search.solr import link as links
from faq.search.solr.client import Away
from faq.search.solr.documents import is_outdated, states
from faq.search.solr.index import Difference, difference, indexed, push
from faq.search.solr.lease import Held, Lost, lease
from faq.search.solr.link import Link
from faq.search.solr.rebuilding import rebuild

logger = logging.getLogger(__name__)

# Seconds between two looks.
EVERY = 10.0


class Keeper:
    """`corpus` returns the process's FAQ as it is now; it may read the database."""

    def __init__(self, corpus: Callable[[], Corpus]) -> None:
        self._corpus = corpus
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._trouble = ""
        atexit.register(self.stop)

    def begin(self) -> None:
        """Start the thread unless it runs; from now on it also looks at every change made here."""
        with self._lock:
            if self._thread is None and not self._stopped:
                post_save.connect(self._changed, sender=Revision)
                self._thread = threading.Thread(target=self._run, name="faq-index", daemon=True)
                self._thread.start()

    def _changed(self, **details: Any) -> None:
        transaction.on_commit(self.wake)

    def wake(self) -> None:
        """The entries have changed: look now."""
        self._wanted.set()

    def stop(self, seconds: float = 5.0) -> None:
        """End the thread after what it has in hand."""
        self._stopped = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped:
            self._wanted.clear()
            try:
                self.look()
            except Exception as error:
                # Most likely the database is away: the next look tells.
                self._tell(type(error).__name__)
            finally:
                with suppress(Exception):
                    connection.close()
            self._wanted.wait(EVERY)

    def look(self) -> bool:
        """Compare, mend what differs if it is this process's turn; whether all agrees now."""
        link = links.current()
        try:
            agrees = self._mend(link, self._corpus())
        except Away as error:
            link.breaker.failed(str(error))
            self._tell(str(error))
            return False
        except Lost:
            logger.warning("Another process goes on with the index in Solr: this one was too slow")
            return False
        if link.breaker.is_open:
            link.try_again()
        self._trouble = ""
        return agrees

    def _mend(self, link: Link, corpus: Corpus) -> bool:
        found = _there(link)
        seen = found or {}
        change = difference(corpus, seen)
        if change or found is None:
            with lease() as held:
                if held is not None:
                    has_index = bool(seen) and not is_outdated(seen)
                    seen = self._mended(link, corpus, change if has_index else None, held)
                    change = difference(corpus, seen)
        # A change that another process makes meanwhile is seen at the next look.
        link.indexed = frozenset(
            one for one, count in states(corpus).items() if seen.get(one) == count
        )
        return not change

    def _mended(
        self, link: Link, corpus: Corpus, change: Difference | None, held: Held
    ) -> dict[str, int]:
        """Make the change; with None, build the index anew: there is none, nothing is in it, or
        it was built by another schema, which takes no document of ours."""
        logger.info("The index in Solr differs from the database: %s", change or "built anew")

        def renew(count: int) -> None:
            held.renew()

        if change:
            push(link.client, link.index, corpus, change, renew)
        else:
            rebuild(link, corpus, renew)
        return indexed(link.client, link.index)

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning("The index in Solr cannot be kept in step: %s", trouble)
        self._trouble = trouble


def _there(link: Link) -> dict[str, int] | None:
    """Return the states in the index, None where there is no index. Raises Away."""
    try:
        return indexed(link.client, link.index)
    except Away:
        # Of an index that is not there each server says something else.
        if link.place.exists(link.index):
            raise
        return None
