"""An entry's own words beside "did you mean": a sentence or two, word for word.

Where the search is not sure which entry is meant, the right one often holds only a part of the
answer. Its sentences nearest to the question may be that part: they are quoted, and said to be no
more than that. Measured by bench/guard.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from chat.bot.guard import SENTENCE_END
from faq.search import Hit
from faq.search.embeddings import Matrix, ModelMissing, embed

LEAST = 0.5  # cosine of the question and a sentence under its entry's title
MOST = 2  # sentences, of one entry
ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*+])\s+")


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of an entry's answer, as they stand there, and how near the nearest is (to 1)."""

    hit: Hit
    text: str
    nearness: float


def quote(question: str, hits: Sequence[Hit]) -> Quote | None:
    """What one of these entries says that is nearest to the question; None where none is near."""
    try:
        found = [near for hit in hits if (near := _of_one(embed([question])[0], hit))]
    except ModelMissing:
        return None
    return max(found, key=lambda one: one.nearness, default=None)


def _of_one(question: Matrix, hit: Hit) -> Quote | None:
    """The entry's sentences that are near, in its own order."""
    parts = sentences(hit.answer)
    nearness = [float(question @ vector(f"{hit.title}: {text}")) for text in parts]
    best = sorted(range(len(parts)), key=lambda i: -nearness[i])[:MOST]
    chosen = sorted(i for i in best if nearness[i] >= LEAST)
    if not chosen:
        return None
    apart = chosen[-1] - chosen[0] > 1
    text = (" … " if apart else " ").join(parts[i] for i in chosen)
    return Quote(hit, text, max(nearness))


@lru_cache(maxsize=4096)
def vector(text: str) -> Matrix:
    """The unit embedding of a sentence, [384]: those of the FAQ come again and again."""
    return embed([text])[0]


def sentences(answer: str) -> list[str]:
    """The sentences and list items of an answer, each as it stands in it."""
    found = []
    for line in answer.splitlines():
        rest = ITEM.sub("", line).strip()
        start = 0
        for end in SENTENCE_END.finditer(rest):
            found.append(rest[start : end.end()].strip())
            start = end.end()
        found.append(rest[start:].strip())
    return [text for text in found if text]
