"""What to do with the best hits: answer, ask what was meant, or neither."""

from __future__ import annotations

from collections.abc import Sequence

from faq.search.base import Band, Question
from faq.search.learning import Thresholds
from faq.search.scoring import Scored

# So sure, beside the best, another entry must be for a single word to name both.
RIVAL = 0.5


def band(question: Question, scored: Sequence[Scored], thresholds: Thresholds) -> Band:
    """Return "answer", "suggest" or "none" for scored entries, best first."""
    best = scored[0].confidence if scored else 0.0
    if best < thresholds.suggest:
        return "none"
    if best < thresholds.answer or is_vague(question, scored, thresholds):
        return "suggest"
    return "answer"


def is_vague(question: Question, scored: Sequence[Scored], thresholds: Thresholds) -> bool:
    """Whether a single word names several entries and is itself the wording of none.

    "password" is near to five entries and asks for none of them, whatever the numbers say; but
    "hello" is a greeting, though another entry may be just sure enough to be suggested.
    """
    if len(question.tokens) != 1:
        return False
    item = question.corpus.items[scored[0].item]
    least = max(thresholds.suggest, RIVAL * scored[0].confidence)
    rivals = [one for one in scored[1:] if one.confidence >= least]
    return bool(rivals) and question.tokens not in item.words
