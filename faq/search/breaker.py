"""Keeps questions from waiting for a service that is away."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from faq.search.metrics import AWAY

logger = logging.getLogger(__name__)

# Seconds until somebody tries again; doubled while it fails again at once.
FIRST_REST = 1.0
LONGEST_REST = 15.0


class Breaker:
    """Open from the first failure on, until a trial in the background has gone well.

    One failure is enough: the embedded engine answers as well, so there is nothing to lose by
    asking it, and a second customer's wait to gain. `trial` starts that trial, without waiting
    for it; it ends in `failed` or `succeeded`. `name` is what the service is called in the log.
    """

    def __init__(self, name: str, trial: Callable[[], None]) -> None:
        self.name = name
        self._trial = trial
        self._lock = threading.Lock()
        self._rest = FIRST_REST
        self._retry_at = 0.0
        self._tried_well = False
        self._away = AWAY.labels(name.lower())
        self._away.set(0)
        # Why it is open; empty while it is closed.
        self.reason = ""
        self.since = 0.0

    @property
    def is_open(self) -> bool:
        return bool(self.reason)

    def allows(self) -> bool:
        """Whether to ask. While it is open, sees to it that a trial is made in time."""
        if not self.is_open:
            return True
        with self._lock:
            is_due = self.is_open and time.monotonic() >= self._retry_at
            if is_due:
                # Nobody else tries while this trial is under way.
                self._retry_at = time.monotonic() + self._rest
        if is_due:
            self._trial()
        return not self.is_open

    def failed(self, reason: str) -> None:
        """Open it; of several failures in a row the reason of the last is kept."""
        with self._lock:
            if not self.is_open:
                self.since = time.time()
                logger.warning("%s is away, the embedded engine answers: %s", self.name, reason)
            if self.is_open or self._tried_well:
                self._rest = min(self._rest * 2, LONGEST_REST)
            self._tried_well = False
            self._retry_at = time.monotonic() + self._rest
            self.reason = reason or "unknown"
            self._away.set(1)

    def succeeded(self, *, trial: bool = False) -> None:
        """Close it after a trial; after a question, forget how often it failed before."""
        with self._lock:
            if self.is_open and not trial:
                return  # a question that was under way when another failed
            if self.is_open:
                away = time.time() - self.since
                logger.warning("%s answers again after %.0f s", self.name, away)
                self._tried_well = True
            elif not trial:
                self._tried_well = False
                self._rest = FIRST_REST
            self.reason = ""
            self._away.set(0)
