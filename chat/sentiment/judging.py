"""A text's sentiment, and that of several together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from chat.frames import Frame
from chat.sentiment import head, lexicon
from faq.search import clean

FADING = 0.5  # of each text before the newest
LONGEST = 4000  # characters


@dataclass(frozen=True, slots=True)
class Word:
    """A word that weighs, -4 to 4 where it stands."""

    text: str
    valence: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`chances` of LABELS, and the words behind them; the label is the likeliest."""

    chances: tuple[float, float, float]
    words: tuple[Word, ...]

    @property
    def label(self) -> str:
        return head.LABELS[int(np.argmax(self.chances))]

    @property
    def score(self) -> float:
        """From -1, entirely negative, to 1, entirely positive."""
        return round(self.chances[2] - self.chances[0], 2)

    @property
    def why(self) -> str:
        """For people, a sentence."""
        sounds = [
            f"{_quoted(words)} sound{'s' if len(words) == 1 else ''} {name}"
            for name, words in (("negative", self._of(-1)), ("positive", self._of(1)))
            if words
        ]
        return f"{' and '.join(sounds)}." if sounds else "No single word; the text as a whole."

    def _of(self, sign: int) -> list[str]:
        return [word.text for word in self.words if word.valence * sign > 0]

    def frame(self) -> Frame:
        """`sentiment` of a MESSAGE in docs/protocol.md."""
        return {"label": self.label, "score": self.score, "why": self.why}


@lru_cache(maxsize=2048)
def judge(text: str) -> Sentiment:
    """Return how `text` sounds. About 7 ms, of which 6 are the embedding: not for the event
    loop."""
    text = " ".join(clean(text[:LONGEST]).split())
    negative, neutral, positive = (float(one) for one in head.probabilities(text))
    words = tuple(Word(word, valence) for word, valence in lexicon.telling(text))
    return Sentiment((negative, neutral, positive), words)


def together(texts: Sequence[str]) -> Sentiment | None:
    """Return how texts sound, oldest first, the newest counting most; None of none."""
    if not texts:
        return None
    judged = [judge(text) for text in texts]
    weights = FADING ** np.arange(len(judged))[::-1]
    mean = np.average([one.chances for one in judged], axis=0, weights=weights)
    negative, neutral, positive = (float(one) for one in mean)
    return Sentiment((negative, neutral, positive), judged[-1].words)


def _quoted(words: Sequence[str]) -> str:
    *others, last = [f"“{word}”" for word in words]
    return f"{', '.join(others)} and {last}" if others else last
