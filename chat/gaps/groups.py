"""The gaps of a period: open questions by meaning, the largest group first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from chat.gaps.grouping import Floats, central, group
from chat.gaps.questions import Question, Turn, distinct, open_turns, read, still_open, tally
from chat.models import BotTurn
from faq.search import knowledge, vectors
from faq.search.corpus import DIMENSIONS

MOST_QUESTIONS = 1000
MOST_DISMISSED = 500
SAME_AS_DISMISSED = 0.75  # cosine from which a question means what was dismissed


@dataclass
class Group:
    """Questions that mean the same, the most central first."""

    questions: list[Question]

    @property
    def title(self) -> str:
        return self.questions[0].text

    @property
    def key(self) -> int:
        """The id of a turn by which the group is found again."""
        return self.questions[0].newest.id

    @property
    def turns(self) -> list[Turn]:
        return [turn for question in self.questions for turn in question.turns]

    @property
    def size(self) -> int:
        return len(self.turns)

    @property
    def whys(self) -> dict[str, int]:
        return tally(self.turns)

    @property
    def newest(self) -> datetime:
        return max(turn.asked_at for turn in self.turns)


def find(days: int | None) -> list[Group]:
    """All groups of the last `days`, or ever; what takes time is embedding what is new (6 ms)."""
    since = timezone.now() - timedelta(days=days) if days else None
    questions = distinct(open_turns(since))[:MOST_QUESTIONS]
    known = embedded([question.text for question in questions])
    if known is None:
        groups = [Group([question]) for question in questions]
    else:
        groups = _by_meaning(questions, known)
    return sorted(groups, key=lambda one: (one.size, one.newest), reverse=True)


def containing(turn_id: int, days: int | None) -> Group | None:
    """The group in which that turn is now."""
    groups = find(days)
    return next((one for one in groups if any(turn.id == turn_id for turn in one.turns)), None)


def as_shown(keys: Sequence[str]) -> Group | None:
    """The group of these questions' keys as a page has shown it, without what is closed by now."""
    questions = still_open(keys)
    return Group(questions) if questions else None


def embedded(texts: Sequence[str]) -> Floats | None:
    """The texts' embeddings [n, 384], kept for next time; None without the model."""
    vectors.warm(texts)
    kept = vectors.kept(texts)
    if any(text not in kept for text in texts):
        return None
    return np.array([kept[text] for text in texts], np.float32).reshape(len(texts), DIMENSIONS)


def _by_meaning(questions: list[Question], known: Floats) -> list[Group]:
    wanted = np.flatnonzero(~_dismissed(known))
    faq = knowledge.current()[0]
    background = faq.vectors[faq.embedded]
    found = []
    for members in group(known[wanted], background):
        places = wanted[members]
        middle = places[central(known[places])]
        others = [place for place in places if place != middle]
        found.append(Group([questions[place] for place in (middle, *others)]))
    return found


def _dismissed(known: Floats) -> np.ndarray:
    """Which questions [n] mean what an admin does not want to see again."""
    rows = BotTurn.objects.filter(gap__is_dismissed=True)
    texts = [question.text for question in distinct(read(rows))][:MOST_DISMISSED]
    unwanted = embedded(texts)
    if not len(known) or unwanted is None or not len(unwanted):
        return np.zeros(len(known), bool)
    return (known @ unwanted.T).max(axis=1) >= SAME_AS_DISMISSED
