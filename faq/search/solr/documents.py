"""What stands in the index: one document a wording."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from faq.search.corpus import Corpus

# Of deploy/solr: another number, and every index is built anew.
SCHEMA = 2
# Languages whose stems the schema knows.
STEMMED = ("en", "de", "es", "fr")
# Milliseconds since 1970, for entries that have counted for ever, and will.
EVER = 0
FOR_EVER = 2**53


# What is worked out once a corpus.
_states: WeakKeyDictionary[Corpus, dict[str, int]] = WeakKeyDictionary()
_numbers: WeakKeyDictionary[Corpus, dict[str, int]] = WeakKeyDictionary()


def states(corpus: Corpus) -> dict[str, int]:
    """Return the state of each item, in their order, with its number of wordings.

    A state tells the item as it now is from every other, also from other entries': it holds
    the entry's mark, and how many of its wordings are embedded by now.
    """
    known = _states.get(corpus)
    if known is None:
        embedded = np.concatenate([[0], np.cumsum(corpus.embedded)])[corpus.starts]
        known = {
            f"{SCHEMA}.{item.entry_id}.{item.mark}.{count}": len(item.texts)
            for item, count in zip(corpus.items, np.diff(embedded).tolist(), strict=True)
        }
        _states[corpus] = known
    return known


def is_outdated(there: Iterable[str]) -> bool:
    """Whether an index with these states was built by another schema."""
    return any(not state.startswith(f"{SCHEMA}.") for state in there)


def documents(corpus: Corpus, wanted: Container[str]) -> Iterator[dict[str, Any]]:
    """Yield the documents of the items in the `wanted` states, as deploy/solr's schema has them."""
    for number, state in enumerate(states(corpus)):
        if state in wanted:
            yield from _of_item(corpus, number, state)


def _of_item(corpus: Corpus, number: int, state: str) -> Iterator[dict[str, Any]]:
    item = corpus.items[number]
    lang = item.lang or "en"
    stems = lang[:2].lower()
    for row, text in enumerate(item.texts, int(corpus.starts[number])):
        document: dict[str, Any] = {
            "id": f"{item.entry_id}!{hashlib.sha256(text.encode()).hexdigest()[:16]}",
            "entry_id": str(item.entry_id),
            "state": state,
            "category": item.category,
            "lang": lang,
            "valid_from": _milliseconds(item.valid_from, math.floor, EVER),
            "valid_until": _milliseconds(item.valid_until, math.ceil, FOR_EVER),
            "text": text,
            "answer": item.answer,
        }
        if stems in STEMMED:
            document[f"stems_{stems}"] = text
        if corpus.embedded[row]:
            document["vector"] = [float(f"{value:.6g}") for value in corpus.vectors[row]]
        yield document


def _milliseconds(at: datetime | None, rounded: Callable[[float], int], otherwise: int) -> int:
    return otherwise if at is None else rounded(at.timestamp() * 1000)


def numbers(corpus: Corpus) -> dict[str, int]:
    """Return the number of each item by its entry's id, as the index writes it."""
    known = _numbers.get(corpus)
    if known is None:
        known = {str(item.entry_id): number for number, item in enumerate(corpus.items)}
        _numbers[corpus] = known
    return known


def row_of(corpus: Corpus, entry_id: str, text: str) -> int | None:
    """Return a document's row in `corpus`; None of one that this corpus does not have."""
    number = numbers(corpus).get(entry_id)
    if number is None:
        return None
    texts = corpus.items[number].texts
    return int(corpus.starts[number]) + texts.index(text) if text in texts else None
