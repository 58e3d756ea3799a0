"""A question that only makes sense after another: "and on weekends?"

Which entry it means, its own words say, beside what the search finds for it alone and together
with the question before: that one's answer often names what is asked about next, and where it
does not, another entry does. What is complete in itself is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from faq.search.base import Band, Hit, Result
from faq.search.elliptic import (
    asks_detail,
    content,
    goes_on,
    is_elliptic,
    names_thing_beside,
    points_back,
    stem,
    stems,
)

Ask = Callable[[str], Result]
# The wordings of an entry by its id.
Wordings = Callable[[int], Sequence[str]]

MOST = 0.5  # of the words: what is said of the rest is likely to be there as well
NEAR = 3  # places among those found for both questions together


def in_context(result: Result, previous: Sequence[str], ask: Ask, wordings: Wordings) -> Result:
    """Return the result for a question after `previous` ones, oldest first: `result` is what
    it has alone, `ask` searches another question."""
    leans = is_elliptic(result.question)
    if not previous or not (leans or (asks_detail(result.question) and result.band != "answer")):
        return result
    context = _context(previous)
    before = ask(context)
    if before.band == "none":
        return result
    together = ask(f"{context} {result.question}")
    follow_up = FollowUp(result, before.hits[0], together, wordings)
    decide = follow_up.decided if leans else follow_up.detail
    hits, band = decide()
    if (hits, band) == (result.hits, result.band):
        return result
    return replace(result, hits=hits, band=band, context=context)


def _context(previous: Sequence[str]) -> str:
    """Return the newest question that is complete, with those after it that lean on it."""
    for start in range(len(previous) - 1, -1, -1):
        if not is_elliptic(previous[start]):
            return " ".join(previous[start:])
    return " ".join(previous)


Decision = tuple[tuple[Hit, ...], Band]


@dataclass
class FollowUp:
    """A question as found `alone`, the entry that answered the one `before` it, and what is
    found for both `together`."""

    alone: Result
    before: Hit
    together: Result
    wordings: Wordings

    def decided(self) -> Decision:
        """Return the hits for a question that leans on the one before, and what to do."""
        question = self.alone.question
        if not self.words:
            return self.together.hits, self.together.band
        if self.alone.band == "answer" and (self.said_before < 1 or names_thing_beside(question)):
            return self.by_itself()
        if self.said_before == 1 or (points_back(question) and self.said_before >= MOST):
            return self.same()
        if other := self.another():
            sure = other.confidence >= self.together.suggest_threshold
            return (other,), "answer" if sure else "suggest"
        # "What should I do about it?" is about that answer, "my cat is sick, what …" need not be.
        strange = not self.said_before and len(self.words) > 1
        if self.said_before >= MOST or (points_back(question) and not strange):
            return self.same()
        if self.alone.band == "suggest":
            return self.by_itself()
        return (self.before,), "suggest"

    def detail(self) -> Decision:
        """Return the hits for a question that may be about what was said before."""
        return self.same() if self.words and self.said_before == 1 else self.by_itself()

    def same(self) -> Decision:
        return (self.before,), "answer"

    def by_itself(self) -> Decision:
        return self.alone.hits, self.alone.band

    @cached_property
    def words(self) -> list[str]:
        return content(self.alone.question)

    @cached_property
    def said_before(self) -> float:
        """The share of the question's words that the entry before has in any form, 0 to 1."""
        texts = [*self.wordings(self.before.entry_id), self.before.answer]
        return self._share(texts)

    def another(self) -> Hit | None:
        """Return the other entry that is found together with the question before and has the
        words among its wordings, or is the first one found alone."""
        rivals = [hit for hit in self.together.hits if hit.entry_id != self.before.entry_id]
        for hit in rivals:
            if self._share(self.wordings(hit.entry_id)) == 1:
                return hit
        question = self.alone.question
        if self.alone.band == "suggest" and (goes_on(question) or not points_back(question)):
            first = self.alone.hits[0].entry_id
            return next((hit for hit in rivals[:NEAR] if hit.entry_id == first), None)
        return None

    def _share(self, texts: Sequence[str]) -> float:
        said = stems(" ".join(texts))
        return sum(stem(word) in said for word in self.words) / len(self.words)
