"""Parts of the FAQ that somebody answers from. Who does says so: the FAQ only asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """`key` is its name in an address, `name` for people; `categories` gives the slugs of those
    that are searched, None for the whole FAQ. One that is not published can only be tried."""

    key: str
    name: str
    categories: Callable[[], list[str] | None]
    is_published: bool = True


Source = Callable[[], Iterable[Scope]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `source` asked too, whenever somebody wants to know which scopes there are."""
    _sources.append(source)


def offered() -> list[Scope]:
    """Return all scopes, the usual one first."""
    return [scope for source in _sources for scope in source()]
