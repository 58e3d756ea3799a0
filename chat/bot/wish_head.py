"""How much a sentence sounds like a wish for a person, for what no pattern foresees.

A logistic regression on the embeddings of the sentences in tests/chat/bot/wishes.json and on their
words and pairs of words: an embedding tells what a sentence is about, but who wants what of whom
stands in small words that hardly move it ("I talked to an agent", "I'd talk to an agent"). Its
numbers stand in wish_head.json and are made by `python -m tests.chat.bot.fit_wishes`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from faq.search.embeddings import Matrix, ModelMissing, embed

FILE = Path(__file__).with_suffix(".json")
SHORTEST = 3  # words: fewer say too little
MOST = 6  # sentences of a message, each some milliseconds
# How much the phrases count beside the embedding, whose length is 1; best of 1, 2 and 3 by folds.
SHARE = 2.0


class Said(NamedTuple):
    """A sentence, its `plain` words with their typos put right, and whether it speaks of a person
    or of what one does with people."""

    sentence: str
    plain: str
    is_named: bool


def phrases(plain: str) -> set[str]:
    """The words and pairs of words of a sentence, with its beginning and end."""
    said = ["<", *plain.split(), ">"]
    return {*said, *map(" ".join, pairwise(said))}


def value(found: set[str]) -> float:
    """What each of a sentence's phrases counts, so that long ones count no more than short ones."""
    return float(SHARE / np.sqrt(len(found)))


@dataclass(frozen=True, slots=True)
class Head:
    """`weights` [385], the last being what it starts from, and those of `phrases`. What is `least`
    or more is a wish, or `least_unnamed` where no person is spoken of: "could this be escalated" is
    one, and most of what is said as politely is none."""

    weights: Matrix
    phrases: Mapping[str, float]
    least: float
    least_unnamed: float

    def odds(self, vectors: Matrix, plain: Sequence[str]) -> Matrix:
        """How likely each is a wish, of embeddings [n, 384] and plain words [n]: [n], 0 to 1."""
        scores = vectors @ self.weights[:-1] + self.weights[-1]
        scores += np.array([self._of_phrases(phrases(one)) for one in plain], np.float32)
        return 1 / (1 + np.exp(-scores))

    def _of_phrases(self, found: set[str]) -> float:
        return value(found) * sum(self.phrases.get(phrase, 0) for phrase in sorted(found))

    def hears(self, said: Sequence[Said]) -> bool:
        """Whether one of these is a wish. Raises ModelMissing."""
        odds = self.odds(embed([one.sentence for one in said]), [one.plain for one in said])
        least = [self.least if one.is_named else self.least_unnamed for one in said]
        return bool((odds >= np.array(least)).any())


@lru_cache(maxsize=1)
def head() -> Head:
    """The one in the file."""
    made = json.loads(FILE.read_text())
    weights = np.array(made["weights"], np.float32)
    return Head(weights, made["phrases"], made["least"], made["least_unnamed"])


def sounds_like_a_wish(said: Sequence[Said]) -> bool:
    """Whether one of these does; never without the embedding model."""
    asked = long_enough(said)
    try:
        return bool(asked) and head().hears(asked)
    except ModelMissing:
        return False


def long_enough(said: Sequence[Said]) -> list[Said]:
    """The last of these that say enough to be judged."""
    return [one for one in said if len(one.sentence.split()) >= SHORTEST][-MOST:]
