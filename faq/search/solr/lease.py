"""One process at a time changes the index: a row of the database says which."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from faq.models import Lease
from faq.search.solr.client import LONGEST_UPDATE

NAME = "solr index"
# Seconds after which a process that has not renewed it counts as dead: longer than one request
# to Solr may take, and the quarter that may have passed before.
LENGTH = LONGEST_UPDATE * 1.5


class Lost(Exception):
    """The lease was not renewed in time, and another process has it."""


class Held:
    """A lease that is this process's until it is given back, or not renewed in time."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._renewed = time.monotonic()

    def renew(self) -> None:
        """Keep it; cheap enough to be called after every step. Raises Lost."""
        if time.monotonic() > self._renewed + LENGTH / 4:
            self._renewed = time.monotonic()
            until = timezone.now() + timedelta(seconds=LENGTH)
            if not Lease.objects.filter(name=NAME, holder=self.token).update(until=until):
                raise Lost


@contextmanager
def lease(patience: float = 0.0) -> Iterator[Held | None]:
    """Give the lease for as long as the block lasts; None where another process has had it for
    `patience` seconds."""
    token = secrets.token_hex(16)
    end = time.monotonic() + patience
    while not (taken := _take(token)) and time.monotonic() < end:
        time.sleep(0.2)
    try:
        yield Held(token) if taken else None
    finally:
        if taken:
            Lease.objects.filter(name=NAME, holder=token).update(until=timezone.now())


def _take(token: str) -> bool:
    now = timezone.now()
    Lease.objects.get_or_create(name=NAME, defaults={"until": now})
    free = Lease.objects.filter(name=NAME, until__lte=now)
    return bool(free.update(holder=token, until=now + timedelta(seconds=LENGTH)))
