"""An answer's Markdown becomes a tree of the few things that a bubble may hold."""

import json
import re

import pytest

from faq.markdown import blocks, is_plain
from tests.faq.conftest import DEMO

TAGS = {"p", "ul", "ol", "li", "strong", "em", "code", "pre", "a"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("One\ntwo\n\nthree", [["p", ["One\ntwo"]], ["p", ["three"]]]),
        (
            "- a\n- **b** and *c*",
            [["ul", [["li", ["a"]], ["li", [["strong", ["b"]], " and ", ["em", ["c"]]]]]]],
        ),
        ("3. three", [["ol", [["li", ["three"]]], {"start": 3}]]),
        ("- a\n  1. b", [["ul", [["li", ["a", ["ol", [["li", ["b"]]]]]]]]]),
        ("# Windows", [["p", [["strong", ["Windows"]]]]]),
        ("run `ls *`", [["p", ["run ", ["code", ["ls *"]]]]]),
        ("```sh\nls\n\ncd\n```", [["pre", [["code", ["ls\n\ncd"]]]]]),
        ("[us](https://a.edu/x 'no')", [["p", [["a", ["us"], {"href": "https://a.edu/x"}]]]]),
        ("<dan@a.edu>", [["p", [["a", ["dan@a.edu"], {"href": "mailto:dan@a.edu"}]]]]),
        (r"1\. no list, \*no stress\*", [["p", ["1. no list, *no stress*"]]]),
    ],
)
def test_what_may_be_written(text, tree):
    assert blocks(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](/admin/) [y](data:text/html,z) [z](//evil.example)",
        "R&D &amp; &lt;",
        "| a | b |\n|---|---|",
        "    indented",
        "title\n=====",
        "snake_case_name and 2 * 3 * 4",
        "> Settings > System",
    ],
)
def test_everything_else_stays_text(text):
    assert blocks(text) == [["p", [text.strip()]]]


def test_a_plain_text_needs_no_tree():
    text = "Ask Carol.\nShe knows."
    assert is_plain(text, blocks(text))
    assert not is_plain("Ask **Carol**.", blocks("Ask **Carol**."))


def texts(tree):
    for node in tree:
        yield from [node] if isinstance(node, str) else texts(node[1])


def tags(tree):
    for node in tree:
        if not isinstance(node, str):
            yield node[0]
            yield from tags(node[1])


def test_no_word_of_the_demos_answers_is_lost():
    categories = json.loads(DEMO.read_text())["categories"]
    for entry in (entry for category in categories for entry in category["entries"]):
        tree = blocks(entry["answer"])
        assert set(tags(tree)) <= TAGS
        # A list's numbers are the browser's to show.
        written = re.sub(r"(?m)^\d+\. |`", "", entry["answer"])
        assert " ".join(texts(tree)).split() == written.split(), entry["title"]
