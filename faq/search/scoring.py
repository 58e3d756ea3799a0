"""The one judge of how sure an answer is, whichever engine found it.

Weights as measured best of seven on four public sets. On their
development halves we found no better ones: variants with more BM25, other shares of the best
phrasing, a root of the probability, centroids, whitening and mixed-up outliers all stayed
within 0.2 points of these, up on one set and down on another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faq.search.base import Floats, Positions, Question
from faq.search.learning import Learned

COSINE, WORDS, PROBABILITY = 0.45, 0.15, 0.40
# The same with a likelihood, of a large FAQ.
COSINE_BESIDE, WORDS_BESIDE, LIKELIHOOD = 0.40, 0.10, 0.20
# Of the cosine: the share of the best phrasing, the rest being the mean of the best three.
BEST = 0.6
TOP = 3
# So much surer an entry in another language must be to come before one in the customer's.
FOREIGN = 0.15


@dataclass(frozen=True)
class Scored:
    """One candidate entry: its place in the corpus, its score and what that is made of."""

    item: int
    confidence: float
    cosine: float
    bm25: float
    probability: float | None
    likelihood: float | None = None


def judge(question: Question, candidates: Positions, learned: Learned | None) -> list[Scored]:
    """Return the candidates' entries with their confidence (0 to 1), best first.

    Entries that may not be answered are left out, whoever proposed them. An entry is judged by
    all its phrasings, also those that were not proposed, so that the order does not depend on
    the engine. The probability is None where nothing is learned of an entry as it now is, the
    likelihood also in a small FAQ.
    """
    proposed = np.unique(question.corpus.owner[candidates])
    items = proposed[question.allowed[proposed]]
    if not len(items):
        return []
    cosines, words = _parts(question, items)
    learnt = zip(*_learned(question, items.tolist(), learned), strict=True)
    scored = [
        Scored(item, confidence(question, cosine, share, *known), cosine, share, *known)
        for item, cosine, share, known in zip(
            items.tolist(), cosines.tolist(), words.tolist(), learnt, strict=True
        )
    ]
    return sorted(scored, key=lambda one: (-_preference(question, one), one.item))


def best_row(question: Question, item: int) -> int:
    """Return the row of an entry's phrasing that is nearest to the question."""
    start, end = question.corpus.starts[item : item + 2]
    rows = slice(start, end)
    nearness = COSINE * question.cosines[rows] + WORDS * question.word_shares[rows]
    return int(start + np.argmax(nearness))


def _preference(question: Question, scored: Scored) -> float:
    """Return the confidence, less where the entry is likely not in the customer's language.

    For the order alone: how sure an entry is the answer does not depend on its language.
    """
    if not question.languages:
        return scored.confidence
    lang = question.corpus.items[scored.item].lang
    return scored.confidence - FOREIGN * (1 - question.languages[lang])


def _parts(question: Question, items: Positions) -> tuple[Floats, Floats]:
    """Return the items' cosines and shares of words [items], 0 to 1 each."""
    lengths = np.diff(question.corpus.starts)[items]
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    rows = np.arange(ends[-1]) + np.repeat(question.corpus.starts[items] - firsts, lengths)
    # Each item's phrasings, nearest first: no cosine is above 1.
    offsets = np.repeat(3.0 * np.arange(len(items)), lengths)
    nearness = offsets - np.sort(offsets - question.cosines[rows])
    known = np.minimum(lengths, TOP)
    best = [nearness[np.minimum(firsts + i, ends - 1)] for i in range(TOP)]
    top = sum(np.where(known > i, one, 0) for i, one in enumerate(best))
    cosines = BEST * best[0] + (1 - BEST) * top / known
    words = np.maximum.reduceat(question.word_shares[rows], firsts)
    return np.maximum(cosines, 0), words


def _learned(
    question: Question, items: list[int], learned: Learned | None
) -> tuple[list[float | None], list[float | None]]:
    """Return each item's probability and likelihood; None of one that has changed since it was
    learned."""
    if learned is None:
        return [None] * len(items), [None] * len(items)
    chances = learned.probabilities(question.vector, question.beside, question.tokens)
    places = [learned.classes.get(question.corpus.items[item].key) for item in items]
    probabilities = [None if place is None else float(chances[place]) for place in places]
    return probabilities, learned.likelihoods(question.vector, places)


def confidence(
    question: Question,
    cosine: float,
    words: float,
    probability: float | None,
    likelihood: float | None = None,
) -> float:
    """Return the weighted mean of the parts that there are, 0 to 1."""
    alone = likelihood is None
    parts = [(WORDS if alone else WORDS_BESIDE, words)]
    if question.vector is not None:
        parts.append((COSINE if alone else COSINE_BESIDE, cosine))
    if probability is not None:
        parts.append((PROBABILITY, probability))
    if likelihood is not None:
        parts.append((LIKELIHOOD, likelihood))
    total = sum(weight * value for weight, value in parts)
    return min(1.0, total / sum(weight for weight, _ in parts))
