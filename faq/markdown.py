"""An answer's Markdown as a tree that pages build elements from.

A safe subset of CommonMark: paragraphs, lists, bold, italic, code, links. Everything else, HTML
above all, stays the text that it is. A node is a text, or [tag, children] with a third part,
a dict of attributes, where there are any: `href` of an "a", `start` of an "ol".
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = str | list[Any]
ATTRIBUTES = ("href", "start")

SUBSET = ["list", "fence", "heading"]
SUBSET += ["newline", "escape", "backticks", "emphasis", "link", "autolink"]
PARSER = MarkdownIt("zero").enable(SUBSET)
PARSER.validateLink = lambda url: bool(re.match(r"(https?://|mailto:)[^\s]", url, re.I))  # type: ignore[method-assign]


def blocks(text: str) -> list[Node]:
    """Return the nodes of a Markdown text, outermost first."""
    root: list[Node] = []
    open_nodes = [root]
    for token in PARSER.parse(text):
        _add(token, open_nodes)
    return root


def is_plain(text: str, nodes: list[Node]) -> bool:
    """Whether the nodes say no more than the text does as it stands."""
    return nodes == [["p", [text]]]


def _add(token: Token, open_nodes: list[list[Node]]) -> None:
    """Put one token into the innermost open node, or open or close one."""
    here = open_nodes[-1]
    if token.hidden:  # the paragraph that an item of a tight list is
        return
    if token.type == "inline":
        for child in token.children or ():
            _add(child, open_nodes)
    elif token.nesting == 1:
        node, inside = _element(token)
        here.append(node)
        open_nodes.append(inside)
    elif token.nesting == -1:
        open_nodes.pop()
    elif token.type == "fence":
        here.append(["pre", [["code", [token.content.removesuffix("\n")]]]])
    elif token.type == "code_inline":
        here.append(["code", [token.content]])
    else:
        _add_text("\n" if token.type.endswith("break") else token.content, here)


def _element(token: Token) -> tuple[Node, list[Node]]:
    """Return a node and the list that its children go into."""
    inside: list[Node] = []
    if token.type == "heading_open":  # a bubble has no outline of its own
        return ["p", [["strong", inside]]], inside
    node: list[Any] = [token.tag, inside]
    if kept := {name: value for name, value in token.attrs.items() if name in ATTRIBUTES}:
        node.append(kept)
    return node, inside


def _add_text(text: str, here: list[Node]) -> None:
    if here and isinstance(here[-1], str):
        here[-1] += text
    elif text:
        here.append(text)
