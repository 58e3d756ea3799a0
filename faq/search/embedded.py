"""The engine that needs nothing beside this process: BM25 and exact nearest neighbours."""

from __future__ import annotations

import numpy as np

from faq.search.base import MOST_CANDIDATES, Floats, Positions, Question


class EmbeddedEngine:
    """Proposes the best phrasing of each entry: half by meaning, half by words."""

    name = "embedded"

    def candidates(self, question: Question) -> Positions:
        """Return positions of at most MOST_CANDIDATES phrasings, each of another entry or
        found the other way."""
        half = MOST_CANDIDATES // 2
        by_words = _best_by_entry(question, question.word_shares, half)
        if question.vector is None:
            return by_words
        by_meaning = _best_by_entry(question, question.cosines, half)
        return np.union1d(by_meaning, by_words)


def _best_by_entry(question: Question, scores: Floats, most: int) -> Positions:
    """Return the best-scored phrasing of each of the `most` best entries, if above zero.

    One an entry: an entry of a hundred phrasings would fill all places with itself.
    """
    starts = question.corpus.starts
    if len(starts) < 2:
        return np.empty(0, np.intp)
    best = np.where(question.allowed, np.maximum.reduceat(scores, starts[:-1]), 0)
    entries = np.argsort(-best, kind="stable")[:most]
    return np.array(
        [starts[i] + scores[starts[i] : starts[i + 1]].argmax() for i in entries if best[i] > 0],
        np.intp,
    )
