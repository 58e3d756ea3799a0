"""Which past questions are answered by now: each searched again."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat import assistants
from chat.gaps.questions import Question
from faq.search import Hit, search

MOST = 50  # questions; 10 ms each

SAYS = {"answer": "answers", "suggest": "asks “did you mean”", "none": "no answer"}


@dataclass(frozen=True)
class Now:
    """A question and what the bot would do with it now."""

    question: Question
    band: str
    best: Hit | None

    @property
    def is_answered(self) -> bool:
        return self.band == "answer"

    @property
    def says(self) -> str:
        return SAYS[self.band]


def again(questions: Sequence[Question]) -> list[Now]:
    """Each of the first MOST questions with what the search says now."""
    return [_now(question) for question in questions[:MOST]]


def _now(question: Question) -> Now:
    asked = question.newest
    own = assistants.categories_of(asked.assistant_id)
    found = search(question.text, categories=own, limit=1, lang=asked.languages)
    return Now(question, found.band, found.hits[0] if found.hits else None)
