"""What a question lacks that leans on another one, and the words that it has."""

from __future__ import annotations

import re

from faq.search.words import tokens

# What a sentence that goes on from another begins with.
GOES_ON = re.compile(
    r"\W*(?:(?:ok|okay|thanks|thank you|great|fine|hm+|oh)\W+)*"
    r"(?:and|or|but|what about|how about|what if|also|then|same|instead|otherwise|only"
    r"|und|oder|aber|auch|y|o|pero|tambi[eé]n)\b",
    re.IGNORECASE,
)
# Names a thing beside the one that has been said: "and my username?"
THING_BESIDE = re.compile(
    GOES_ON.pattern + r"\W+(?:a|an|the|my|our|your|der|die|das|mein\w*|el|la|los|las|mi|un|una)\b",
    re.IGNORECASE,
)
# Asks a detail of something that may not be named again.
DETAIL = re.compile(
    r"\W*(?:how (?:many|much|long|often|big|late|soon|far)|do|does|is|are|can|may|will)\b",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands for something said before.
POINTS_BACK = _words("it its that this these those they them there")
STANDS_FOR = POINTS_BACK | _words("then one ones same")
# "Is there a printer?" asks whether there is one, and points nowhere.
IS_THERE = re.compile(
    r"\b(?:is|are|was|were)(?: not|n['’]?t)? there\b|\bthere(?: is| are|['’]s)\b", re.IGNORECASE
)
# Words that say nothing of what is asked about.
EMPTY = STANDS_FOR | _words(
    """a about after again all already also am an and any anyone anything anyway are as at be
    been before but by can could d did do does doing don done else ever for from get gets give
    gives go goes had has have he her here him his how i if in into is isn just like ll long m
    many may me mean might more most much must my need new next no not now of off often ok okay
    on only onto or other our out over own please possible re really s say she should so some
    something still such t take takes tell than thanks the their to too under until up us use ve
    very want was way we well were what when where which while who whole whom whose why will with
    without work works would yes yet you your"""
)
MOST_CONTENT = 2
# So many where the question also points back.
MOST_POINTING = 3

ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e)$")


def is_elliptic(question: str) -> bool:
    """Whether a question leans on another by how it begins, or names nothing itself."""
    named = content(question)
    if not tokens(question):
        return False
    if not named:
        return True
    leans = goes_on(question) or _has(question, STANDS_FOR)
    most = MOST_POINTING if points_back(question) else MOST_CONTENT
    return bool(leans) and len(named) <= most


def goes_on(question: str) -> bool:
    """Whether a question begins as a sentence that goes on from another."""
    return bool(GOES_ON.match(question))


def asks_detail(question: str) -> bool:
    """Whether a short question may be about something that it does not name."""
    return 0 < len(content(question)) <= MOST_CONTENT and bool(DETAIL.match(question))


def names_thing_beside(question: str) -> bool:
    """Whether a question goes on from another with a thing of its own."""
    return bool(THING_BESIDE.match(question))


def points_back(question: str) -> bool:
    """Whether a word of the question stands for something said before."""
    return _has(question, POINTS_BACK)


def _has(question: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(tokens(IS_THERE.sub(" ", question)))


def content(question: str) -> list[str]:
    """Return the words that say what is asked about."""
    return [word for word in tokens(question) if word not in EMPTY]


def stem(word: str) -> str:
    """Return what the forms of an English word share, roughly."""
    return ENDING.sub("", word)


PRICE = frozenset(
    map(stem, ["cost", "costs", "price", "pay", "fee", "free", "charge", "expensive"])
)


def stems(text: str) -> set[str]:
    """Return the stems of a text's words; one that names a price has all words of price."""
    found = {stem(word) for word in re.findall(r"\w+", text.lower())}
    return found | PRICE if "$" in text or not PRICE.isdisjoint(found) else found
