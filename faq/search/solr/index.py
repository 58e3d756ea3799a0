"""Whether an index agrees with the entries, and making it agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from faq.search.corpus import Corpus
from faq.search.solr.client import Away, Client
from faq.search.solr.documents import documents, states

One = TypeVar("One")
# Called after every request, with how many documents are in by now.
Progress = Callable[[int], None]

# 4 KB a document: a request of 1 MB.
AT_ONCE = 250


@dataclass(frozen=True)
class Difference:
    """The states that an index lacks (wholly or in part), and those it should not have."""

    missing: frozenset[str]
    stale: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale)

    def __str__(self) -> str:
        return f"{len(self.missing)} entries to be added, {len(self.stale)} to be removed"


def indexed(client: Client, index: str) -> dict[str, int]:
    """Return the states in the index with their numbers of documents. Raises Away."""
    counted = {"facet": "true", "facet.field": "state", "facet.limit": -1}
    answer = client.search(index, {"q": "*:*", "rows": 0, **counted})
    try:
        flat = answer["facet_counts"]["facet_fields"]["state"]
        return dict(zip(flat[::2], map(int, flat[1::2]), strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise Away(f"answered something else ({type(error).__name__})") from None


def difference(corpus: Corpus, there: dict[str, int]) -> Difference:
    """Return what an index with the states `there` has to change to be that of `corpus`."""
    wanted = states(corpus)
    return Difference(
        missing=frozenset(one for one, count in wanted.items() if there.get(one) != count),
        # With documents too many, the whole state is removed and added again.
        stale=frozenset(one for one, count in there.items() if count > wanted.get(one, 0)),
    )


def push(
    client: Client,
    index: str,
    corpus: Corpus,
    change: Difference,
    progress: Progress = lambda count: None,
) -> None:
    """Make the change, in the next answer when this returns. Raises Away.

    A wording that stays keeps its document's id, so that the new state takes the old one's
    place; what is only removed goes in the same commit as what is added.
    """  # fmt: skip
    count = 0
    for some in in_batches(sorted(change.stale & change.missing), AT_ONCE):
        client.delete(index, of_states(some))
        progress(count)
    for batch in in_batches(documents(corpus, change.missing), AT_ONCE):
        client.add(index, batch)
        count += len(batch)
        progress(count)
    for some in in_batches(sorted(change.stale - change.missing), AT_ONCE):
        client.delete(index, of_states(some))
        progress(count)
    client.commit(index, soft=True)


def of_states(some: Iterable[str]) -> str:
    """Return the query that finds the documents in these states."""
    return "{!terms f=state}" + ",".join(some)


def in_batches(things: Iterable[One], size: int) -> Iterator[list[One]]:
    """Yield lists of at most `size`."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
