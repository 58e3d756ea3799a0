"""Pairs of entries that take each other's questions, worked out beside the requests."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from faq.models import Entry
from faq.search import knowledge
from faq.search.corpus import Corpus
from faq.search.duplicates import Stolen, stolen
from faq.search.learning import Thresholds

logger = logging.getLogger(__name__)
# So long a page waits for its result before it says that it is on the way.
PATIENCE = 3.0  # seconds


@dataclass
class Pair:
    """Two entries, and the wordings that go to the other one."""

    one: Entry
    other: Entry
    stolen: list[Stolen] = field(default_factory=list)

    @property
    def worst(self) -> float:
        return max(wording.confidence for wording in self.stolen)


class Duplicates:
    """The newest result of this process, for the corpus that it was worked out from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._corpus: Corpus | None = None
        self._found: list[Stolen] | None = None
        self._thread: threading.Thread | None = None

    def current(self, corpus: Corpus, least: float) -> list[Stolen] | None:
        """Return what is known of `corpus`; None while it is being worked out."""
        with self._lock:
            if self._corpus is not corpus:
                self._corpus, self._found = corpus, None
                self._thread = threading.Thread(
                    target=self._work, args=(corpus, least), name="faq-duplicates", daemon=True
                )
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(PATIENCE)
        with self._lock:
            return self._found if self._corpus is corpus else None

    def _work(self, corpus: Corpus, least: float) -> None:
        try:
            found = stolen(corpus, least, lambda: self._corpus is corpus)
        except Exception:
            logger.exception("Duplicates were not worked out")
            found = None
        with self._lock:
            if self._corpus is corpus:
                self._found = found
                # A failure is tried again with the next look.
                self._corpus = corpus if found is not None else None


results = Duplicates()


def pairs() -> list[Pair] | None:
    """Return the pairs, those with the most stolen wordings first; None: not known yet."""
    corpus, learned = knowledge.current()
    thresholds = learned.thresholds if learned else Thresholds()
    found = results.current(corpus, thresholds.suggest)
    return None if found is None else _paired(found)


def _paired(found: Iterable[Stolen]) -> list[Pair]:
    grouped: dict[tuple[int, int], list[Stolen]] = defaultdict(list)
    for wording in found:
        key = (min(wording.owner, wording.taker), max(wording.owner, wording.taker))
        grouped[key].append(wording)
    entries = Entry.objects.in_bulk([pk for key in grouped for pk in key])
    made = [
        Pair(entries[one], entries[other], wordings)
        for (one, other), wordings in grouped.items()
        # A translation is no duplicate: which of the two is meant, the language says.
        if one in entries and other in entries and entries[one].lang == entries[other].lang
    ]
    return sorted(made, key=lambda pair: (-len(pair.stolen), -pair.worst))
