"""Entries whose wordings are taken for each other's: each wording, left out, is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from faq.search.base import Question
from faq.search.calibrate import Mask, phrasing_folds, without
from faq.search.corpus import Corpus, Rows
from faq.search.embedded import EmbeddedEngine
from faq.search.learning import besides_of, is_large, learn
from faq.search.quantized import Quantized
from faq.search.scoring import judge


@dataclass(frozen=True)
class Stolen:
    """A wording for which the search, without it, finds another entry than its own."""

    text: str
    owner: int  # entry's id
    taker: int
    confidence: float


def stolen(
    corpus: Corpus, least: float, wanted: Callable[[], bool] = lambda: True
) -> list[Stolen] | None:
    """Return the wordings that another entry takes with at least the confidence `least`.

    Five times, a fifth of each entry's wordings is left out and asked: of an entry with up to
    five, one at a time. The only wording of an entry is never left out. As slow as
    calibrating (a second for 500 wordings, 50 s for 15,000). None once `wanted` says no.
    """
    found: list[Stolen] = []
    besides = besides_of(corpus)
    for left_out in phrasing_folds(corpus):
        if not wanted():
            return None
        found += _asked(corpus, besides, left_out, least)
    return found


def _asked(corpus: Corpus, besides: Quantized, left_out: Mask, least: float) -> list[Stolen]:
    rest = without(corpus, left_out)
    learned = learn(rest, Rows(besides, np.flatnonzero(~left_out)), is_large(corpus))
    engine = EmbeddedEngine()
    found = []
    for row in np.flatnonzero(left_out):
        owner = corpus.items[corpus.owner[row]].entry_id
        vector = corpus.vectors[row] if corpus.embedded[row] else None
        question = Question(corpus.texts[row], vector, rest)
        best = next(iter(judge(question, engine.candidates(question), learned)), None)
        if best is None or best.confidence < least:
            continue
        taker = rest.items[best.item].entry_id
        if taker != owner:
            found.append(Stolen(corpus.texts[row], owner, taker, best.confidence))
    return found
