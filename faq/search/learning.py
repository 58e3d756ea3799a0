"""What is learned from the entries themselves: how likely each is, and when to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faq.search import likelihood, one_vs_rest, universal
from faq.search.beside import DIMENSIONS as BESIDE
from faq.search.beside import beside
from faq.search.classifier import Block, Classifier, fit
from faq.search.corpus import DIMENSIONS, Corpus, Floats
from faq.search.likelihood import Likelihood
from faq.search.one_vs_rest import OneVsRest
from faq.search.quantized import Quantized
from faq.search.words import WordIndex

# An entry's id and wordings.
Key = tuple[int, tuple[str, ...]]
TEXTS_AT_ONCE = 1024
FEWEST_ITEMS = 2

# Words beside meaning: "checking" and "savings" are neighbours in meaning and not the same
# account. With the most frequent words 96.6 % of CLINC150's questions are right at first
# place, without 96.2 %; the whole vocabulary gives no more and would take 300 MiB to fit.
WORD_FEATURES = 384
WORD_WEIGHT = 0.7

# Of the probability in a large FAQ, the share of the regression an entry (docs/answers.md).
SHARE_EACH = 0.5


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
    classes: dict[Key, int]
    words: WordFeatures
    # Of a large FAQ.
    likelihood: Likelihood | None = None
    each: OneVsRest | None = None
    thresholds: Thresholds = Thresholds()
    # Whether the thresholds were fitted to just these entries.
    calibrated: bool = False
    # Of how many wordings there was an embedding, and whether the multilingual encoder's too.
    embedded: int = 0
    multilingual: bool = False

    def knows(self, corpus: Corpus) -> bool:
        """Whether there is nothing new to learn from `corpus`."""
        if (self.embedded, self.multilingual) != (corpus.embedded.sum(), universal.is_used()):
            return False
        return self.classes.keys() == {item.key for item in corpus.items}

    def probabilities(
        self, vector: Floats | None, beside: Floats | None, words: Sequence[str]
    ) -> Floats:
        """Return each class's probability for one question [classes]; in a large FAQ they sum
        to one only where the question is surely some entry's."""
        parts = [
            np.zeros(DIMENSIONS, np.float32) if vector is None else vector,
            np.zeros(BESIDE, np.float32) if beside is None else beside,
            self.words.row(words),
        ]
        features = np.concatenate(parts)[None]
        among = self.classifier.probabilities(features)[0]
        if self.each is None:
            return among
        return (1 - SHARE_EACH) * among + SHARE_EACH * self.each.probabilities(features)[0]

    def likelihoods(
        self, vector: Floats | None, places: Sequence[int | None]
    ) -> list[float | None]:
        """Return how much likelier one question is of each class, 0 to 1, than of none; None
        where nobody can tell."""
        known = [place for place in places if place is not None]
        if self.likelihood is None or vector is None or not known:
            return [None] * len(places)
        shares = iter(self.likelihood(vector, np.array(known, np.intp)).tolist())
        return [None if place is None else next(shares) for place in places]


def is_large(corpus: Corpus) -> bool:
    """Whether `corpus` has enough embedded wordings to learn more from them."""
    many = len(corpus.texts) - len(corpus.items) >= likelihood.FEWEST
    return many and bool(corpus.embedded.all())


def learn(
    corpus: Corpus, besides: Block | None = None, large: bool | None = None
) -> Learned | None:
    """Return the classifier of `corpus`, or None where there is nothing to tell apart.

    `besides` are what `besides_of` returns, where somebody has it already. `large` is for a part of
    a FAQ: whether that one is large.
    """
    if len(corpus.items) < FEWEST_ITEMS:
        return None
    # Before they are looked at: one that comes meanwhile is something new to learn.
    multilingual = universal.is_used()
    besides = besides_of(corpus) if besides is None else besides
    words = WordFeatures(corpus.words)
    texts = [text for item in corpus.items for text in item.words]
    blocks = [corpus.vectors, besides, WordRows(words, texts)]
    count = len(corpus.items)
    learned = Learned(
        fit(blocks, corpus.owner, count),
        classes_of(corpus),
        words,
        embedded=int(corpus.embedded.sum()),
        multilingual=multilingual,
    )
    if not (is_large(corpus) if large is None else large):
        return learned
    return replace(
        learned,
        likelihood=likelihood.fit(corpus.vectors, corpus.owner, count),
        each=one_vs_rest.fit(blocks, corpus.owner, learned.classifier),
    )


def classes_of(corpus: Corpus) -> dict[Key, int]:
    """Return the class of each entry: its place in the corpus."""
    return {item.key: number for number, item in enumerate(corpus.items)}


def besides_of(corpus: Corpus) -> Quantized:
    """Return what the classifier sees of all texts beside their embeddings [phrasings, 896];
    zeros where a text has no embedding yet, as without the models."""

    def parts() -> Iterator[Floats]:
        for start in range(0, len(corpus.texts), TEXTS_AT_ONCE):
            texts = slice(start, start + TEXTS_AT_ONCE)
            yield beside(corpus.texts[texts]) * corpus.embedded[texts, None]

    return Quantized.joined(parts(), BESIDE)


class WordFeatures:
    """Which of a corpus's most frequent words a text has, weighed by their rarity."""

    def __init__(self, index: WordIndex) -> None:
        self.index = index
        self.columns = {word: column for column, word in enumerate(index.frequent(WORD_FEATURES))}

    def row(self, words: Sequence[str]) -> Floats:
        """Return a row [WORD_FEATURES] no longer than WORD_WEIGHT: shorter by what share of
        the words is not among the frequent ones."""
        row = np.zeros(WORD_FEATURES, np.float32)
        columns, values = self.filled(words)
        row[columns] = values
        return row

    def filled(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        """Return the columns of a row that are not zero, and what is in them."""
        rarities = [self.index.rarity_of(word) for word in words]
        scale = WORD_WEIGHT / max(sum(rarity**2 for rarity in rarities) ** 0.5, 1e-9)
        known = [
            (self.columns[word], rarity * scale)
            for word, rarity in zip(words, rarities, strict=True)
            if word in self.columns
        ]
        return [column for column, _ in known], [value for _, value in known]


class WordRows:
    """The rows of many texts, of which only what is not zero is kept."""

    def __init__(self, features: WordFeatures, texts: Sequence[Sequence[str]]) -> None:
        self.shape = len(texts), WORD_FEATURES
        filled = [features.filled(words) for words in texts]
        self._starts = np.cumsum([0, *(len(columns) for columns, _ in filled)])
        self._columns = np.array([one for columns, _ in filled for one in columns], np.int16)
        self._values = np.array([one for _, values in filled for one in values], np.float32)

    def __getitem__(self, rows: npt.NDArray[np.integer]) -> Floats:
        """Return these rows [len(rows), WORD_FEATURES]."""
        lengths = self._starts[rows + 1] - self._starts[rows]
        result = np.zeros((len(rows), WORD_FEATURES), np.float32)
        ends = np.cumsum(lengths)
        places = np.arange(int(lengths.sum())) + np.repeat(
            self._starts[rows] - ends + lengths, lengths
        )
        result[np.repeat(np.arange(len(rows)), lengths), self._columns[places]] = self._values[
            places
        ]
        return result
