"""When to answer, fitted from the entries themselves; no outside data.

An experiment on the corpus in five folds. A fifth of the entries is taken out whole and asked:
these questions are not answerable. So is a fifth of the other entries' phrasings: these are
answerable, and it shows which get the right entry at which confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faq.search.base import Question
from faq.search.corpus import Corpus, Floats, Rows
from faq.search.embedded import EmbeddedEngine
from faq.search.learning import (
    Learned,
    Thresholds,
    besides_of,
    is_large,
    learn,
)
from faq.search.quantized import Quantized
from faq.search.scoring import judge

FOLDS = 5
# More questions of a kind move a threshold by less than 0.01 and cost seconds.
MOST_QUESTIONS = 1500
# With fewer, chance would set the thresholds; the defaults stand.
FEWEST_ENTRIES = 10
FEWEST_QUESTIONS = 30
# Beyond these, no set that we measured fared better.
ANSWER_RANGE = (0.44, 0.52)
SUGGEST_RANGE = (0.22, 0.38)
NARROWEST_BAND = 0.08
MOST_LOST = 0.10
# From so many right answers on, one in seventy is no longer chance: at least fourteen.
MANY_ANSWERS = 1000
BEARABLE = 1 / 70
# Below 0.38 we measured nothing; from 0.52 on CLINC150 Full has hardly 0.94 right.
MANY_RANGE = (0.38, 0.50)
# The same of a large FAQ, which has lower confidences.
LARGE_RANGE = (0.34, 0.43)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Experiment:
    """The confidence of each question's first hit, and whether it was the right entry."""

    confidence: Floats
    right: Mask


def calibrate(corpus: Corpus, wanted: Callable[[], bool] = lambda: True) -> Thresholds | None:
    """Return the thresholds for `corpus`; the defaults for one too small to tell.

    Slow (a second for 500 phrasings, 50 s for 15,000): call it in the background.
    `wanted` is asked before each fold; once it says no, the result is None.
    """
    if len(corpus.items) < FEWEST_ENTRIES:
        return Thresholds()
    besides = besides_of(corpus)
    parts = [
        _asked(corpus, besides, phrasings & ~entries, entries)
        for phrasings, entries in zip(phrasing_folds(corpus), _entry_folds(corpus), strict=True)
        if wanted()
    ]
    if not wanted():
        return None
    answerable, unanswerable = (_together(kind) for kind in zip(*parts, strict=True))
    return choose(answerable, unanswerable, is_large(corpus))


def choose(answerable: Experiment, unanswerable: Experiment, large: bool) -> Thresholds:
    """Return the thresholds that the two experiments, with a `large` FAQ or not, speak for.

    Of many questions, the answer's is where one in seventy right answers is lost: that puts
    CLINC150 with 50 and with 100 wordings an entry at the same place of their curves, at 0.41
    and 0.50 (docs/answers.md; before a large FAQ had lower confidences), where the unanswerable
    alone speak for the same for both.

    Else half way from the defaults to where half (for suggestions: a quarter) of the unanswerable
    questions stay below. Not all the way, because a question about an entry that was taken
    out is nearer to the rest than what people ask that no FAQ covers. (On the development
    halves of six public sets the defaults alone lost up to 3 points of right answers, the
    whole way answered up to 12 points more of the unanswerable.)
    """
    if min(len(answerable.right), len(unanswerable.right)) < FEWEST_QUESTIONS:
        return Thresholds()
    quarter, half = np.quantile(unanswerable.confidence, [0.25, 0.5])
    default = Thresholds()
    if answerable.right.sum() >= MANY_ANSWERS:
        bounds = LARGE_RANGE if large else MANY_RANGE
        answer = float(np.clip(_losing(answerable, BEARABLE), *bounds))
    else:
        answer = min((default.answer + half) / 2, _losing(answerable, MOST_LOST))
        answer = float(np.clip(answer, *ANSWER_RANGE))
    suggest = float(np.clip((default.suggest + quarter) / 2, *SUGGEST_RANGE))
    return Thresholds(answer=answer, suggest=min(suggest, answer - NARROWEST_BAND))


def _losing(answerable: Experiment, share: float) -> float:
    """Return the threshold at which a share of the answerable questions lose their answer."""
    right = np.sort(answerable.confidence[answerable.right])
    lost = int(share * len(answerable.right))
    return float(right[lost]) if lost < len(right) else 0.0


def phrasing_folds(corpus: Corpus) -> Iterator[Mask]:
    """Yield which phrasings to leave out; an entry with only one keeps it."""
    place = np.arange(len(corpus.texts)) - corpus.starts[corpus.owner]
    several = np.diff(corpus.starts)[corpus.owner] > 1
    for fold in range(FOLDS):
        # Shifted by the entry, so that not all titles are left out at once.
        yield several & ((place + corpus.owner) % FOLDS == fold)


def _entry_folds(corpus: Corpus) -> Iterator[Mask]:
    """Yield which phrasings to leave out so that a fifth of the entries is gone."""
    order = np.random.default_rng(0).permutation(len(corpus.items))
    for fold in range(FOLDS):
        yield (order % FOLDS == fold)[corpus.owner]


def _asked(
    corpus: Corpus, besides: Quantized, phrasings: Mask, entries: Mask
) -> tuple[Experiment, Experiment]:
    """Return how a corpus without some phrasings, and without those of some whole entries,
    answers the first (they are answerable) and the second (they are not)."""
    left_out = phrasings | entries
    rest = without(corpus, left_out)
    learned = learn(rest, Rows(besides, np.flatnonzero(~left_out)), is_large(corpus))

    def ask(rows: npt.NDArray[np.intp]) -> Experiment:
        best = [_best(corpus, row, rest, learned) for row in rows]
        return Experiment(
            np.array([confidence for confidence, _ in best], np.float32),
            np.array([right for _, right in best], bool),
        )

    return ask(_sample(np.flatnonzero(phrasings))), ask(_sample(np.flatnonzero(entries)))


def _best(
    corpus: Corpus, row: np.intp, rest: Corpus, learned: Learned | None
) -> tuple[float, bool]:
    """Return the confidence of what `rest` finds first for a phrasing, and whether that is
    its entry."""
    vector = corpus.vectors[row] if corpus.embedded[row] else None
    question = Question(corpus.texts[row], vector, rest)
    found = judge(question, EmbeddedEngine().candidates(question), learned)
    if not found:
        return 0.0, False
    entry = corpus.items[corpus.owner[row]].entry_id
    return found[0].confidence, rest.items[found[0].item].entry_id == entry


def _sample(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    most = MOST_QUESTIONS // FOLDS
    return rows if len(rows) <= most else np.random.default_rng(0).choice(rows, most, False)


def without(corpus: Corpus, left_out: Mask) -> Corpus:
    """Return the corpus without some phrasings, and without entries that have none left."""
    items = []
    for number, item in enumerate(corpus.items):
        kept = np.flatnonzero(~left_out[corpus.starts[number] : corpus.starts[number + 1]])
        if len(kept):
            texts = tuple(item.texts[i] for i in kept)
            items.append(replace(item, texts=texts, words=tuple(item.words[i] for i in kept)))
    vectors = Rows(corpus.vectors, np.flatnonzero(~left_out))
    return Corpus(items, vectors, corpus.embedded[~left_out])


def _together(parts: Iterable[Experiment]) -> Experiment:
    each = list(parts)
    return Experiment(
        np.concatenate([one.confidence for one in each]),
        np.concatenate([one.right for one in each]),
    )
