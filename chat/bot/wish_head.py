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

# A sentence, and whether it speaks of a person or of what one does with people.
Said = tuple[str, bool]

FILE = Path(__file__).with_suffix(".json")
SHORTEST = 3  # words: fewer say too little
MOST = 6  # sentences of a message, each some milliseconds


@dataclass(frozen=True, slots=True)
class Head:
    """`weights` [385], the last being what it starts from. What is `least` or more is a wish, or
    `least_unnamed` where no person is spoken of: "could this be escalated" is one, and most of
    what is said as politely is none."""

    weights: Matrix
    least: float
    least_unnamed: float

    def odds(self, vectors: Matrix) -> Matrix:
        """How likely each of the embeddings [n, 384] is a wish, [n], 0 to 1."""
        scores = vectors @ self.weights[:-1] + self.weights[-1]
        return 1 / (1 + np.exp(-scores))

    def hears(self, said: Sequence[Said]) -> bool:
        """Whether one of these is a wish. Raises ModelMissing."""
        odds = self.odds(embed([sentence for sentence, _ in said]))
        least = [self.least if is_named else self.least_unnamed for _, is_named in said]
        return bool((odds >= np.array(least)).any())


@lru_cache(maxsize=1)
def head() -> Head:
    """The one in the file."""
    made = json.loads(FILE.read_text())
    return Head(np.array(made["weights"], np.float32), made["least"], made["least_unnamed"])


def sounds_like_a_wish(said: Sequence[Said]) -> bool:
    """Whether one of these does; never without the embedding model."""
    asked = long_enough(said)
    try:
        return bool(asked) and head().hears(asked)
    except ModelMissing:
        return False


def long_enough(said: Sequence[Said]) -> list[Said]:
    """The last of these that say enough to be judged."""
    return [one for one in said if len(one[0].split()) >= SHORTEST][-MOST:]
