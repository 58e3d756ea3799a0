"""docs/protocol.md as data: its commands, events, objects and codes."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.settings import ROOT

PAGE = ROOT / "docs" / "protocol.md"


@dataclass(frozen=True)
class Example:
    """One frame or object of the page: its example, and which of its keys may be absent."""

    value: dict[str, Any]
    optional: frozenset[str]

    @property
    def keys(self) -> set[str]:
        return set(self.value)

    @property
    def required(self) -> set[str]:
        return self.keys - self.optional


def section(title: str, level: int = 3) -> str:
    """The text under a heading, up to the next one of its level or above."""
    marks = "#" * level
    text = PAGE.read_text()
    begin = text.index(f"\n{marks} {title}\n") + len(marks) + len(title) + 3
    end = re.search(rf"^#{{1,{level}}} ", text[begin:], re.MULTILINE)
    return text[begin : begin + end.start()] if end else text[begin:]


def example(text: str) -> Example:
    """The first JSON example in a piece of the page."""
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found, text
    optional = re.search(r"^Optional: (.*?)(\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    names = re.findall(r"`(\w+)`", optional[1]) if optional else []
    return Example(json.loads(found[1]), frozenset(names))


def examples(title: str) -> dict[str, Example]:
    """{name: example} of the commands or events under a heading."""
    pieces = re.split(r"^#### `(\w+)`\n", section(title), flags=re.MULTILINE)[1:]
    return {name: example(text) for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def codes(title: str) -> list[str]:
    """The codes in the first column of a section's table, without their marks."""
    return [code for code, _ in rows(title)]


def rows(title: str) -> list[tuple[str, str]]:
    """(code, what stands beside it) of a section's table; a row may be about several codes."""
    found = re.findall(r"^\| (`?\w+`?(?:, `\w+`)*) \| (.*)$", section(title, 2), re.MULTILINE)
    codes = [(first.split(", "), rest) for first, rest in found if first != "Code"]
    return [(code.strip("`"), rest) for several, rest in codes for code in several]
