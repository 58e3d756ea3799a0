"""The published FAQ as one process holds it: entries, phrasings, vectors, word index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from faq.search.quantized import Index, Quantized
from faq.search.words import WordIndex, tokens

Floats = npt.NDArray[np.float32]
DIMENSIONS = 384
# So many vectors at once are rounded.
ROWS_AT_ONCE = 1024

# The slugs of those that are searched; None for the whole FAQ.
Categories = frozenset[str] | None

# Given texts, what is known of their embeddings: a row each, or None where there is none yet.
Vectors = Callable[[Sequence[str]], Sequence[Floats | None]]


class Rows:
    """Some rows of an array or of vectors, which stay where they are until asked for."""

    def __init__(
        self, whole: npt.NDArray[np.floating] | Quantized | Rows, rows: npt.NDArray[np.integer]
    ) -> None:
        self._whole = whole
        self._rows = rows
        self.shape: tuple[int, ...] = len(rows), *whole.shape[1:]

    def __getitem__(self, rows: Index) -> npt.NDArray[np.floating]:
        chosen: npt.NDArray[np.floating] = self._whole[self._rows[rows]]
        return chosen

    def tobytes(self) -> bytes:
        return self._whole[self._rows].tobytes()

    def __matmul__(self, vector: Floats) -> Floats:
        product: Floats = (self._whole @ vector)[self._rows]
        return product


@dataclass(frozen=True, slots=True)
class Item:
    """One published entry with its wordings; the title is the first."""

    entry_id: int
    mark: str
    title: str
    answer: str
    link: str
    category: str
    texts: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    lang: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def key(self) -> tuple[int, tuple[str, ...]]:
        """What is learned of the entry holds as long as this is the same."""
        return self.entry_id, self.texts

    @classmethod
    def of(
        cls, entry_id: int, texts: Sequence[str], *, mark: str = "", title: str = "",
        answer: str = "", link: str = "", category: str = "", lang: str = "",
        valid_from: datetime | None = None, valid_until: datetime | None = None,
    ) -> Item:  # fmt: skip
        """Return an item whose wordings `texts` are told apart by their words."""
        distinct = {" ".join(text.casefold().split()): text for text in reversed(texts)}
        kept = tuple(reversed(distinct.values()))
        words = tuple(tokens(text) for text in kept)
        return cls(
            entry_id, mark, title, answer, link, category, kept, words,
            lang, valid_from, valid_until,
        )  # fmt: skip


class Corpus:
    """One unchanging state of the FAQ. A change makes a new one, which takes from the old
    what it can; questions under way go on with theirs.

    `texts`, `vectors` [phrasings, 384] and `embedded` [phrasings] run in the order of the
    items, so that those of item i are rows `starts[i]` to `starts[i + 1]`.
    """

    def __init__(
        self, items: Sequence[Item], vectors: Quantized | Rows, embedded: npt.NDArray[np.bool_]
    ) -> None:
        self.items = tuple(items)
        self.texts = [text for item in items for text in item.texts]
        self.vectors = vectors
        self.embedded = embedded
        lengths = [len(item.texts) for item in items]
        self.starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.intp)]).astype(np.intp)
        self.owner = np.repeat(np.arange(len(items)), lengths)
        self.words = WordIndex([words for item in items for words in item.words])

    @classmethod
    def build(cls, items: Sequence[Item], vectors: Vectors) -> Corpus:
        """Return the corpus of `items`, asking `vectors` once for all their texts."""
        rows = vectors([text for item in items for text in item.texts])
        embedded = np.array([row is not None for row in rows], bool)
        return cls(items, Quantized.joined(_parts(rows), DIMENSIONS), embedded)

    def valid(self, at: float) -> npt.NDArray[np.bool_]:
        """Return which items hold at a time in seconds since 1970 [items].

        No row changes when an entry's time begins or ends, so every search asks anew.
        """
        begin, end = self._times
        return (begin <= at) & (at < end)

    @cached_property
    def _times(self) -> npt.NDArray[np.float64]:
        return np.array(
            [
                [
                    item.valid_from.timestamp() if item.valid_from else -np.inf
                    for item in self.items
                ],
                [
                    item.valid_until.timestamp() if item.valid_until else np.inf
                    for item in self.items
                ],
            ]
        )

    def of(self, categories: frozenset[str]) -> Corpus:
        """Return the part of it in these categories; the embeddings stay where they are."""
        chosen = [i for i, item in enumerate(self.items) if item.category in categories]
        rows = np.flatnonzero(np.isin(self.owner, chosen))
        vectors = Rows(self.vectors, rows)
        return Corpus([self.items[i] for i in chosen], vectors, self.embedded[rows])

    @cached_property
    def categories(self) -> frozenset[str]:
        """The slugs of the categories that its entries are in."""
        return frozenset(item.category for item in self.items)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the entries, in alphabetical order."""
        return tuple(sorted({item.lang for item in self.items}))

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where to find a text: its row."""
        return {text: row for row, text in enumerate(self.texts)}

    def known(self, text: str) -> Floats | None:
        """Return the embedding of a text that is part of this corpus, if it has one."""
        row = self.positions.get(text)
        if row is None or not self.embedded[row]:
            return None
        return self.vectors[row].astype(np.float32, copy=False)


def _parts(rows: Sequence[Floats | None]) -> Iterator[Floats]:
    nothing = np.zeros(DIMENSIONS, np.float32)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        yield np.array([nothing if row is None else row for row in part], np.float32)
