"""Why the search found what it found, for people: each part of a score in its share."""

from __future__ import annotations

from dataclasses import dataclass

from faq.search.base import Hit, Result
from faq.search.scoring import (
    COSINE,
    COSINE_BESIDE,
    LIKELIHOOD,
    PROBABILITY,
    WORDS,
    WORDS_BESIDE,
)

WEIGHTS = {"cosine": COSINE, "bm25": WORDS, "probability": PROBABILITY}
BESIDE_LIKELIHOOD = {
    "cosine": COSINE_BESIDE,
    "bm25": WORDS_BESIDE,
    "probability": PROBABILITY,
    "likelihood": LIKELIHOOD,
}
NAMES = {
    "cosine": "meaning (cosine)",
    "bm25": "words (BM25)",
    "probability": "learned (probability)",
    "likelihood": "of this entry or of none (likelihood)",
}
VERDICTS = {
    "answer": "The bot sends the first answer.",
    "suggest": "The bot asks which of these was meant.",
    "none": "The bot knows no answer in the FAQ.",
}


@dataclass(frozen=True)
class Part:
    """One part of a confidence: its value (None: not known yet) and what it adds."""

    name: str
    value: float | None
    weight: float
    adds: float


@dataclass(frozen=True)
class ExplainedHit:
    hit: Hit
    parts: tuple[Part, ...]
    band: str


@dataclass(frozen=True)
class Explanation:
    """A result with its reasons, ready to be shown."""

    result: Result
    verdict: str
    vague: bool
    hits: tuple[ExplainedHit, ...]


def explain(result: Result) -> Explanation:
    """Return `result` with what each part added to each confidence."""
    best = result.hits[0].confidence if result.hits else 0.0
    return Explanation(
        result,
        VERDICTS[result.band],
        vague=result.band == "suggest" and best >= result.answer_threshold,
        hits=tuple(
            ExplainedHit(hit, _parts(hit, result), _band(hit, result)) for hit in result.hits
        ),
    )


def _parts(hit: Hit, result: Result) -> tuple[Part, ...]:
    """The parts there are share the weight of those that are missing."""
    known = {name: value for name, value in hit.parts.items() if value is not None}
    if "words only" in result.engine:
        known.pop("cosine", None)
    weights = BESIDE_LIKELIHOOD if "likelihood" in known else WEIGHTS
    whole = sum(weights[name] for name in known)
    return tuple(
        Part(NAMES[name], known.get(name), *_share(known.get(name), weights[name] / whole))
        for name in hit.parts
    )


def _share(value: float | None, weight: float) -> tuple[float, float]:
    return (0.0, 0.0) if value is None else (weight, weight * value)


def _band(hit: Hit, result: Result) -> str:
    if hit.confidence >= result.answer_threshold:
        return "answer"
    return "suggest" if hit.confidence >= result.suggest_threshold else "none"
