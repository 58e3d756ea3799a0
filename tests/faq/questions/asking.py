"""Asks the product's own search the questions of a file, and counts what customers would get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

import faq.search
from faq.importers import load
from tests.faq.conftest import DEMO

HERE = Path(__file__).parent
# What the desk's own assistant answers from: the others' entries are not its own.
CATEGORIES = [one["slug"] for one in msgspec.json.decode(DEMO.read_bytes())["categories"]]
OUTCOMES = ("right", "offered", "wrong", "other", "none")


@dataclass(frozen=True)
class Got:
    """What a customer got for one question, of whose `kind` it is.

    `outcome` of a question with an entry: "right" answered from it, "offered" among the
    suggestions, "wrong" answered from another one, "other" suggestions without it, "none".
    Of one that no entry answers: "wrong" answered, "other" suggestions, "right" neither.
    """

    question: str
    kind: str
    entry: str | None
    outcome: str
    shown: tuple[str, ...]


def read(name: str) -> Any:
    """Return the questions of a file in this folder."""
    return msgspec.json.decode((HERE / name).read_bytes())


def learn_demo() -> None:
    """Load the demo FAQ into the empty database, with the entries of all its assistants, and wait
    until the desk's own part is learned."""
    for path in DEMO.parent.glob("*.json"):
        load(path)
    faq.search.search("hello", categories=CATEGORIES)
    if not faq.search.knowledge.settle(240):
        raise TimeoutError("the demo FAQ was not learned within four minutes")


def ask(question: str, entry: str | None, kind: str, **context: Any) -> Got:
    """Ask `question`, whose right entry is `entry`; `context` goes to the search."""
    result = faq.search.search(question, categories=CATEGORIES, **context)
    near = [hit for hit in result.hits if hit.confidence >= result.suggest_threshold]
    shown = {"answer": result.hits[:1], "suggest": near, "none": ()}[result.band]
    titles = tuple(hit.title for hit in shown)
    return Got(question, kind, entry, _outcome(result.band, entry, titles), titles)


def _outcome(band: str, entry: str | None, titles: tuple[str, ...]) -> str:
    if band == "none":
        return "none" if entry else "right"
    if band == "answer":
        return "right" if entry == titles[0] else "wrong"
    return "offered" if entry in titles else "other"


def languages(known: bool) -> list[Got]:
    """Ask the questions in several languages; `known` is whether the browser tells which."""
    names = {"en": "English", "de": "German", "es": "Spanish"}
    return [
        ask(
            one["question"],
            one["entry"],
            names[one["lang"]] + ("" if one["entry"] else ", no entry"),
            lang=one["lang"] if known else "",
        )
        for one in read("languages.json")
    ]


def follow_ups() -> list[Got]:
    """Ask each follow-up after its first question; kind "same entry", "another entry" or
    "no entry"."""
    return [
        ask(one["follow_up"], one["expected_entry"], _kind(one), previous=[one["first"]])
        for one in read("follow_ups.json")["follow_ups"]
    ]


def _kind(pair: dict[str, str | None]) -> str:
    if pair["expected_entry"] is None:
        return "no entry"
    return "same entry" if pair["expected_entry"] == pair["first_entry"] else "another entry"


def complete() -> list[tuple[Got, Got]]:
    """Ask each question that is complete in itself, alone and after an unrelated one."""
    pairs = read("follow_ups.json")["complete"]
    return [
        (
            ask(one["second"], one["expected_entry"], "complete, alone"),
            ask(one["second"], one["expected_entry"], "complete, after", previous=[one["first"]]),
        )
        for one in pairs
    ]


def share(gots: Sequence[Got], *outcomes: str) -> float:
    """Return the share of `gots` with one of `outcomes`, 0 to 1."""
    return sum(got.outcome in outcomes for got in gots) / len(gots)


def table(gots: Iterable[Got]) -> str:
    """Return a line a kind, in their first order, and one of those with an entry together."""
    kinds: dict[str, list[Got]] = {}
    for got in gots:
        kinds.setdefault(got.kind, []).append(got)
    answerable = [got for group in kinds.values() for got in group if got.entry]
    lines = [f"{'':22}{'asked':>6}" + "".join(f"{name:>9}" for name in OUTCOMES)]
    lines += [_line(kind, group) for kind, group in kinds.items()]
    return "\n".join([*lines, _line("with an entry", answerable)])


def _line(name: str, gots: Sequence[Got]) -> str:
    counted = Counter(got.outcome for got in gots)
    return f"{name:22}{len(gots):6}" + "".join(f"{counted[name]:9}" for name in OUTCOMES)
