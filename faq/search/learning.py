"""What is learned from the entries themselves: how likely each is, and when to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faq.search.classifier import Classifier, fit
from faq.search.corpus import DIMENSIONS, Corpus, Floats
from faq.search.words import WordIndex

# Words beside meaning: "checking" and "savings" are neighbours in meaning and not the same
# account. With the most frequent words 96.6 % of CLINC150's questions are right at first
# place, without 96.2 %; the whole vocabulary gives no more and would take 300 MiB to fit.
WORD_FEATURES = 384
WORD_WEIGHT = 0.7


@dataclass(frozen=True)
class Thresholds:
    """From which confidence to answer, and from which to ask what was meant."""

    answer: float = 0.50
    suggest: float = 0.30


@dataclass(frozen=True)
class Learned:
    """A classifier of one corpus, to be asked about later ones too.

    `classes` tells the class of an entry by its id and wordings: one whose wordings have
    changed since (or that is new) has none.
    """

    classifier: Classifier
    classes: dict[tuple[int, tuple[str, ...]], int]
    words: WordFeatures
    thresholds: Thresholds = Thresholds()
    # Whether the thresholds were fitted to just these entries.
    calibrated: bool = False

    def fits(self, corpus: Corpus) -> bool:
        """Whether there is nothing new to learn from `corpus`."""
        return self.calibrated and self.classes.keys() == {item.key for item in corpus.items}

    def probabilities(self, vector: Floats | None, words: Sequence[str]) -> Floats:
        """Return each class's probability for one question [classes]."""
        meaning = np.zeros(DIMENSIONS, np.float32) if vector is None else vector
        features = np.concatenate([meaning, self.words.row(words)])
        return self.classifier.probabilities(features[None])[0]


def learn(corpus: Corpus) -> Learned | None:
    """Return the classifier of `corpus`, or None where there is nothing to tell apart."""
    if len(corpus.items) < 2:
        return None
    words = WordFeatures(corpus.words)
    columns = np.zeros((len(corpus.texts), WORD_FEATURES), np.float32)
    texts = (text for item in corpus.items for text in item.words)
    for row, text in enumerate(texts):
        words.fill(columns[row], text)
    classes = {item.key: number for number, item in enumerate(corpus.items)}
    classifier = fit([corpus.vectors, columns], corpus.owner, len(corpus.items))
    return Learned(classifier, classes, words)


class WordFeatures:
    """Which of a corpus's most frequent words a text has, weighed by their rarity."""

    def __init__(self, index: WordIndex) -> None:
        self.index = index
        self.columns = {word: column for column, word in enumerate(index.frequent(WORD_FEATURES))}

    def row(self, words: Sequence[str]) -> Floats:
        """Return a row [WORD_FEATURES] no longer than WORD_WEIGHT: shorter by what share of
        the words is not among the frequent ones."""
        row = np.zeros(WORD_FEATURES, np.float32)
        self.fill(row, words)
        return row

    def fill(self, row: Floats, words: Sequence[str]) -> None:
        """Write the row of `words` over zeros."""
        rarities = [self.index.rarity_of(word) for word in words]
        scale = WORD_WEIGHT / max(sum(rarity**2 for rarity in rarities) ** 0.5, 1e-9)
        for word, rarity in zip(words, rarities, strict=True):
            if (column := self.columns.get(word)) is not None:
                row[column] = rarity * scale
