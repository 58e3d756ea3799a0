"""What a search is asked and what it answers, whichever engine proposes."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from faq.search import language
from faq.search.beside import beside
from faq.search.corpus import Categories, Corpus
from faq.search.words import tokens

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.intp]
Band = Literal["answer", "suggest", "none"]

# So many phrasings an engine may propose; the scorer looks at no others.
MOST_CANDIDATES = 50


@dataclass(frozen=True)
class Hit:
    """One entry that may answer the question, with how sure the search is (0 to 1)."""

    # 0 where the answer is no entry's: a Dialogflow intent's.
    entry_id: int
    title: str
    answer: str
    link: str
    category: str
    phrasing: str
    confidence: float
    # "cosine", "bm25", "probability", and of a large FAQ "likelihood"; the third is None of an
    # entry not yet learned. None of these where an agent of Dialogflow's has judged.
    parts: dict[str, float | None]


@dataclass(frozen=True)
class Result:
    """The best entries for a question, best first, and what to do with them.

    `band` is "answer" (send the first hit), "suggest" (ask which was meant) or "none".
    """

    question: str
    hits: tuple[Hit, ...]
    band: Band
    answer_threshold: float
    suggest_threshold: float
    engine: str
    milliseconds: float
    # The earlier question that was searched together with this one, where it was needed.
    context: str = ""

    @property
    def is_judged_here(self) -> bool:
        """Whether the scorer has judged, by what this process knows of the FAQ."""
        return self.engine != "dialogflow"

    def evidence(self) -> dict[str, Any]:
        """Return what agents and admins see of how this came about, fit for JSON."""
        shown = [_rounded(hit) for hit in self.hits]
        return {**asdict(self), "milliseconds": round(self.milliseconds, 1), "hits": shown}


class Question:
    """A question against one state of the FAQ; what engine and scorer both need is
    worked out once, when first asked for.

    `categories` are those that `corpus` is cut to, for an engine with an index of its own.
    """

    def __init__(
        self,
        text: str,
        vector: Floats | None,
        corpus: Corpus,
        categories: Categories = None,
        lang: str = "",
    ) -> None:
        self.text = text
        self.vector = vector
        self.corpus = corpus
        self.categories = categories
        self.lang = lang

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The distinct lower-cased words, at most 64 of them."""
        return tokens(self.text)

    @cached_property
    def beside(self) -> Floats | None:
        """What else the classifiers see of the text; None where it has no embedding."""
        return None if self.vector is None else beside([self.text])[0]

    @cached_property
    def cosines(self) -> Floats:
        """The cosine to each phrasing [phrasings]; zeros without an embedding."""
        if self.vector is None:
            return np.zeros(len(self.corpus.texts), np.float32)
        return self.corpus.vectors @ self.vector

    @cached_property
    def word_shares(self) -> Floats:
        """BM25 to each phrasing over what the question could reach [phrasings], 0 to 1."""
        return self.corpus.words.shares(self.tokens)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which items may be answered: those that are valid now [items]."""
        return self.corpus.valid(time.time())

    @cached_property
    def languages(self) -> dict[str, float]:
        """How likely the question is in each language of the FAQ; empty where it has one."""
        return language.likely(self.text, self.corpus.languages, self.lang)


class Engine(Protocol):
    """Proposes where to look; how good a proposal is, the scorer alone decides."""

    name: str

    def candidates(self, question: Question) -> Positions:
        """Return positions of at most MOST_CANDIDATES phrasings in `question.corpus`."""
        ...


def _rounded(hit: Hit) -> dict[str, Any]:
    parts = {name: value and round(value, 4) for name, value in hit.parts.items()}
    return {**asdict(hit), "confidence": round(hit.confidence, 4), "parts": parts}
