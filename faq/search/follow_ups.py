"""A question that only makes sense after another: "and on weekends?"

It is searched a second time together with the question before it, if it is elliptic and the
search is not sure of it alone; what is complete in itself is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from faq.search.base import Result
from faq.search.words import tokens

# What a sentence that goes on from another begins with.
GOES_ON = re.compile(
    r"\W*(?:(?:ok|okay|thanks|thank you|great|fine|hm+|oh)\W+)*"
    r"(?:and|or|but|what about|how about|what if|also|then|same|instead|otherwise|only"
    r"|und|oder|aber|auch|y|o|pero|tambi[eé]n)\b",
    re.IGNORECASE,
)
# What stands for something said before.
STANDS_FOR = frozenset(
    re.findall(r"\w+", "it its that this these those they them there then one ones same")
)
# Words that say nothing of what is asked about.
EMPTY = STANDS_FOR | frozenset(
    re.findall(
        r"\w+",
        """a about after all also am an and any anyone are as at be been before but by can could
        did do does doing done else ever for from get give go goes had has have he her here him
        his how i if in into is just like long many may me mean might more most much must my need
        next no not now of off often ok okay on only onto or other our out over please possible
        really s say she should so some still such take takes tell than thanks the their to too
        under until up us use very want was way we well were what when where which while who whom
        whose why will with without work works would yes yet you your""",
    )
)
MOST_CONTENT = 2


def in_context(result: Result, previous: Sequence[str], ask: Callable[[str], Result]) -> Result:
    """Return the result for a question after `previous` ones, oldest first: `result`, which it
    has alone, or what `ask` finds for it together with those before, if that is surer."""
    if not previous or result.band == "answer" or not is_elliptic(result.question):
        return result
    context = _context(previous)
    together = ask(f"{context} {result.question}")
    if _best(together) <= _best(result):
        return result
    return replace(together, question=result.question, context=context)


def is_elliptic(question: str) -> bool:
    """Whether a question leans on another by how it begins, or names nothing itself."""
    words = tokens(question)
    content = [word for word in words if word not in EMPTY]
    if not words:
        return False
    if not content:
        return True
    leans = GOES_ON.match(question) or STANDS_FOR.intersection(words)
    return bool(leans) and len(content) <= MOST_CONTENT


def _context(previous: Sequence[str]) -> str:
    """Return the newest question that is complete, with those after it that lean on it."""
    for start in range(len(previous) - 1, -1, -1):
        if not is_elliptic(previous[start]):
            return " ".join(previous[start:])
    return " ".join(previous)


def _best(result: Result) -> float:
    return result.hits[0].confidence if result.hits else 0.0
