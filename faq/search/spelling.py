"""The question in the FAQ's own words: typos put right, abbreviations written out.

Only words that neither the FAQ nor the embedding model knows are touched, so that a question
in plain words stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from faq.search import embeddings
from faq.search.corpus import Corpus

# Shorter words are too near to too many others.
SHORTEST = 4
# From so many letters on two typos are put right.
LONG = 8

ABBREVIATIONS = {
    "acc": "account", "acct": "account", "addr": "address", "amt": "amount", "appt": "appointment",
    "calc": "calculator", "config": "configuration", "dept": "department", "doc": "document",
    "docs": "documents", "hrs": "hours", "hw": "hardware", "mins": "minutes", "mgr": "manager",
    "msg": "message", "msgs": "messages", "nr": "number", "passwd": "password", "pic": "picture",
    "plz": "please", "pls": "please", "pw": "password", "pwd": "password", "qty": "quantity",
    "r": "are", "sw": "software", "tel": "phone", "tix": "tickets", "txn": "transaction",
    "u": "you", "uni": "university", "ur": "your", "vid": "video", "wlan": "wifi", "yr": "year",
}  # fmt: skip

_word = re.compile(r"\w+")


def in_known_words(text: str, corpus: Corpus, synonyms: Mapping[str, str] | None = None) -> str:
    """Return `text` with the words that `corpus` lacks put right as far as can be told.

    `synonyms` say by a lower-case word what to write instead, before the common abbreviations.
    """
    written_out = {**ABBREVIATIONS, **(synonyms or {})}

    def instead(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in corpus.words.numbers:
            return match[0]
        return written_out.get(word) or _corrected(word, corpus) or match[0]

    return _word.sub(instead, text)


def _corrected(word: str, corpus: Corpus) -> str | None:
    """Return the FAQ's word that is meant by one nobody knows; None where none is near."""
    if len(word) < SHORTEST or not word.isalpha() or _is_plain(word):
        return None
    most = 2 if len(word) >= LONG else 1
    numbers = corpus.words.numbers
    near = (
        (typos, -corpus.words.frequency(numbers[other]), other)
        for other in _alike(word, corpus.words.by_letter, most)
        if (typos := distance(word, other, most)) <= most
    )
    best = min(near, default=None)
    return best[2] if best else None


def _alike(word: str, words: Mapping[str, Iterable[str]], most: int) -> Iterator[str]:
    # Also where the first two letters are swapped, or the first is missing or one too many.
    for letter in dict.fromkeys(word[:2]):
        for other in words.get(letter, ()):
            if abs(len(other) - len(word)) <= most:
                yield other


def _is_plain(word: str) -> bool:
    """Whether the embedding model has the word whole, as it has the usual English ones."""
    try:
        return embeddings.model().tokenizer.token_to_id(word) is not None
    except embeddings.ModelMissing:
        return True


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters to add, drop, change or swap with the next make `other` of
    `one` (optimal string alignment); anything above `most` where it is more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
