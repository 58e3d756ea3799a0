"""The engine that asks Solr, and the embedded one while Solr is away."""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from faq.search import metrics
from faq.search.base import MOST_CANDIDATES, Positions, Question
from faq.search.corpus import Corpus
from faq.search.embedded import EmbeddedEngine
from faq.search.solr import link as links
from faq.search.solr import queries
from faq.search.solr.client import Away
from faq.search.solr.documents import states
from faq.search.solr.link import EMPTY, Link

AWAY = "embedded, Solr away"
SLOW = "slow"
Mask = npt.NDArray[np.bool_]

# Of the corpus: the states for which it was worked out, and the result.
_fresh: WeakKeyDictionary[Corpus, tuple[frozenset[str] | None, Mask]]
_fresh = WeakKeyDictionary()


class NotAsked(Exception):
    """Solr is away, and nobody waits for it."""


class SolrEngine:
    """One question's engine: `name` says afterwards who has proposed."""

    name = "solr"

    def __init__(self, link: Link | None = None) -> None:
        self.link = link or links.current()
        self._embedded = EmbeddedEngine()

    def candidates(self, question: Question) -> Positions:
        """Return positions of at most MOST_CANDIDATES phrasings.

        Entries that the index does not have yet as they are now come from the embedded
        engine, so that a change is in the next answer.
        """
        started = time.monotonic()
        try:
            return self.propose(question)
        except Away as error:
            metrics.SOLR.labels("failed").observe(time.monotonic() - started)
            self.link.breaker.failed(str(error))
        except NotAsked:
            pass
        self.name = AWAY
        return self._embedded.candidates(question)

    def propose(self, question: Question) -> Positions:
        """Return what Solr proposes, or raise Away in time, or NotAsked at once."""
        if not question.corpus.items:
            return np.empty(0, np.intp)
        if not self.link.breaker.allows():
            raise NotAsked
        started = time.monotonic()
        answers = self.link.ask(queries.queries(question, self.link.patience))
        took = time.monotonic() - started
        metrics.SOLR.labels("answered").observe(took)
        fresh = fresh_items(question.corpus, self.link.indexed)
        if _is_known(question, fresh) and queries.is_empty(answers):
            raise Away(SLOW if queries.is_partial(answers) else EMPTY)
        # The bot may put a question in several ways: together they must not take too long.
        if took > self.link.patience / 2:
            self.link.breaker.failed(SLOW)
        else:
            self.link.breaker.succeeded()
        proposed, is_behind = queries.rows(question, answers)
        return self._completed(question, proposed, fresh, is_behind)

    def _completed(
        self, question: Question, proposed: Positions, fresh: Mask, is_behind: bool
    ) -> Positions:
        """Return what Solr proposed with what its index cannot: entries that it does not have
        yet as they are, and any at all where entries that are gone took their places."""
        if not (is_behind or fresh.any()):
            return proposed
        rows = self._embedded.candidates(question)
        if not is_behind:
            rows = rows[fresh[question.corpus.owner[rows]]]
        return np.unique(np.concatenate([rows, proposed])[:MOST_CANDIDATES])


def fresh_items(corpus: Corpus, indexed: frozenset[str] | None) -> Mask:
    """Return which items the index lacks in their present state [items], as far as is known."""
    before = _fresh.get(corpus)
    if before is not None and before[0] is indexed:
        return before[1]
    fresh = np.zeros(len(corpus.items), bool)
    if indexed is not None:
        fresh[:] = [state not in indexed for state in states(corpus)]
    _fresh[corpus] = indexed, fresh
    return fresh


def _is_known(question: Question, fresh: Mask) -> bool:
    """Whether the index has something to propose: nearest neighbours there are always."""
    if question.vector is None:
        return False
    known = question.allowed & ~fresh
    return bool((known[question.corpus.owner] & question.corpus.embedded).any())
