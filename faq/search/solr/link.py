"""This process's connection to the Solr of the settings, with what is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from django.conf import settings

from faq.search.breaker import Breaker
from faq.search.solr.client import Away, Client
from faq.search.solr.places import Cloud, Node, Place

# Questions that wait for Solr at once, two queries each.
THREADS = 8
# Seconds that a question waits for Solr before the embedded engine answers it: two questions
# one after the other (the bot asks in two ways) stay below 2 s.
PATIENCE = 0.8
EMPTY = "the index is empty"


class Link:
    """A Solr, its index's name, and what this process has seen of both.

    `indexed` are the states that the index was last seen to hold in full, None before it was
    first looked at.
    """

    def __init__(self, place: Place, index: str) -> None:
        self.place = place
        self.client = place.client
        self.index = index
        self.patience = PATIENCE
        self.indexed: frozenset[str] | None = None
        self.breaker = Breaker("Solr", self._start_trial)
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="solr")

    @property
    def address(self) -> str:
        """Where it is, for people; without a password that the address may hold."""
        nodes = ", ".join(re.sub(r"//[^/@]*@", "//", one) for one in self.client.addresses)
        return f"{nodes}/{self.index}" if len(self.client.addresses) == 1 else nodes

    def ask(self, queries: Sequence[dict[str, Any]]) -> list[Any]:
        """Return the answers to queries, asked at the same time. Raises Away, within
        `patience` seconds."""
        futures = [
            self._executor.submit(self.client.search, self.index, query, self.patience)
            for query in queries
        ]
        return self._together(futures)

    def _together(self, futures: Sequence[Future[Any]]) -> list[Any]:
        _, late = wait(futures, self.patience)
        for future in late:
            future.cancel()
        if late:
            raise Away("no answer in time")
        return [future.result() for future in futures]

    def _start_trial(self) -> None:
        with suppress(RuntimeError):  # the process ends
            self._executor.submit(self.try_again)

    def try_again(self) -> bool:
        """Ask for nothing, and tell the breaker how that went."""
        try:
            answer = self.client.search(self.index, {"q": "*:*", "rows": 0})
            if not answer["response"].get("numFound"):
                raise Away(EMPTY)
        except Away as error:
            self.breaker.failed(str(error))
            return False
        self.breaker.succeeded(trial=True)
        return True

    def close(self) -> None:
        """Let go of the threads; what is under way ends by its own time limit."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def current() -> Link:
    """Return this process's link to the Solr of the settings."""
    return _link(settings.SOLR_URL, tuple(settings.SOLR_NODES))


@lru_cache(maxsize=1)
def _link(url: str, nodes: tuple[str, ...]) -> Link:
    address, _, index = url.rstrip("/").rpartition("/")
    make: Callable[[Client], Place] = partial(Cloud, replicas=len(nodes)) if nodes else Node
    return Link(make(Client(nodes or (address,))), index)
