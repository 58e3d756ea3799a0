"""How much a sentence sounds like a wish for a person, for what no pattern foresees.

A logistic regression on the embeddings of the sentences in tests/chat/bot/wishes.json. Its
numbers stand in wish_head.json and are made by `python -m tests.chat.bot.fit_wishes`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from faq.search.embeddings import Matrix, ModelMissing, embed

FILE = Path(__file__).with_suffix(".json")
SHORTEST = 3  # words: fewer say too little
MOST = 6  # sentences of a message, each some milliseconds


@dataclass(frozen=True, slots=True)
class Head:
    """`weights` [385], the last being what it starts from; what is `least` or more is a wish."""

    weights: Matrix
    least: float

    def odds(self, vectors: Matrix) -> Matrix:
        """How likely each of the embeddings [n, 384] is a wish, [n], 0 to 1."""
        scores = vectors @ self.weights[:-1] + self.weights[-1]
        return 1 / (1 + np.exp(-scores))


@lru_cache(maxsize=1)
def head() -> Head:
    """The one in the file."""
    made = json.loads(FILE.read_text())
    return Head(np.array(made["weights"], np.float32), made["least"])


def sounds_like_a_wish(sentences: Sequence[str]) -> bool:
    """Whether one of these does; never without the embedding model."""
    asked = long_enough(sentences)
    try:
        return bool(asked) and bool((head().odds(embed(asked)) >= head().least).any())
    except ModelMissing:
        return False


def long_enough(sentences: Sequence[str]) -> list[str]:
    """The last of these that say enough to be judged."""
    return [one for one in sentences if len(one.split()) >= SHORTEST][-MOST:]
