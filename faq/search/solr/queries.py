"""The two queries that a question becomes, and what comes back."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from faq.search.base import MOST_CANDIDATES, Positions, Question
from faq.search.solr.client import Away
from faq.search.solr.documents import row_of

ROWS = MOST_CANDIDATES // 2
# Nearest wordings, before one of each entry is kept: an entry may have a hundred near ones.
NEAREST = 200
# The share of a question's patience after which Solr returns what it has by then.
TIME_ALLOWED = 0.875
ONE_AN_ENTRY = "{!collapse field=entry_id}"


def queries(question: Question, patience: float) -> list[dict[str, Any]]:
    """Return what to search for: by words, and by meaning where the question has a vector.

    `patience` are the seconds that the question waits for Solr.
    """
    filters = [ONE_AN_ENTRY, *valid(time.time())]
    parameters = {}
    if question.categories is not None:
        filters.append("{!terms f=category v=$categories}")
        parameters["categories"] = ",".join(sorted(question.categories))
    common = {
        "fl": "entry_id,text",
        "rows": ROWS,
        "timeAllowed": int(patience * TIME_ALLOWED * 1000),
        "fq": filters,
        **parameters,
    }
    asked = [common | by_words(question)]
    if question.vector is not None:
        asked.append(common | by_meaning(question))
    return asked


def valid(at: float) -> list[str]:
    """Return what leaves out entries that do not count at a time in seconds since 1970: so many
    of them might be near that no other was proposed.

    Not cached, for it is another time with every question.
    """
    now = int(at * 1000)
    return [
        f"{{!cache=false}}valid_from:[* TO {now}]",
        f"{{!cache=false}}valid_until:{{{now} TO *]",
    ]


def by_words(question: Question) -> dict[str, Any]:
    """Any of the words, and nothing else: what a question says is never a query's syntax.

    A word holds letters, digits and underscores, all small: no operator, field, wildcard,
    regular expression or local parameter can be written with them.
    """
    return {
        "q": " ".join(question.tokens),
        "defType": "edismax",
        "qf": "text^2 stems_en stems_de stems_es stems_fr",
        "uf": "-*",
        "mm": "1",
        "tie": "0.3",
        "sow": "true",
    }


def by_meaning(question: Question) -> dict[str, Any]:
    """The wordings whose embeddings are nearest."""
    assert question.vector is not None
    vector = ",".join(format(value, ".6g") for value in question.vector.tolist())
    return {"q": f"{{!knn f=vector topK={NEAREST}}}[{vector}]"}


def rows(question: Question, answers: list[Any]) -> tuple[Positions, bool]:
    """Return the rows of the question's corpus that the answers propose, each once, and whether
    they proposed something that this process does not know (yet, or any more).

    That is passed over. Raises Away where an answer is none.
    """
    found = {
        row_of(question.corpus, entry_id, text)
        for answer in answers
        for entry_id, text in _documents(answer)
    }
    known = sorted(row for row in found if row is not None)
    return np.array(known, np.intp), None in found


def is_partial(answers: list[Any]) -> bool:
    """Whether Solr came to the end of its time before the end of its search."""
    headers = [answer.get("responseHeader") for answer in answers]
    return any(isinstance(one, dict) and one.get("partialResults") for one in headers)


def is_empty(answers: list[Any]) -> bool:
    """Whether nothing at all was found."""
    return not any(_documents(answer) for answer in answers)


def _documents(answer: Any) -> list[tuple[str, str]]:
    try:
        pairs = [(one["entry_id"], one["text"]) for one in answer["response"]["docs"]]
    except (KeyError, TypeError) as error:
        raise Away(f"answered something else ({type(error).__name__})") from None
    if not all(isinstance(entry, str) and isinstance(text, str) for entry, text in pairs):
        raise Away("answered something else")
    return pairs
