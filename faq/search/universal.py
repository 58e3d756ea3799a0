"""Sentence embeddings by the Universal Sentence Encoder, multilingual (Yang et al., 2019), for what
the search learns: beside all-MiniLM-L6-v2 they tell more of the unanswerable from the answerable
(docs/answers.md), and they know sixteen languages.

What goes into the first layer is looked up in the published table of pieces; the layers are ONNX
Runtime's, with weights of eight bits. `faq.search.universal_export` writes the files.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from faq.search.pieces import SCORES, TRIE, Pieces
from faq.search.runtime import Session

logger = logging.getLogger(__name__)

Matrix = npt.NDArray[np.float32]

DIMENSIONS = 512
# What the table's rows are wide.
WIDTH = 512
# Of eight bits, a row a piece; and what to multiply and then raise a row by, by its number's rest.
TABLE, RANGES = "table.bin", "ranges.npz"
GRAPH, WEIGHTS = "encoder-8bit-64.onnx", "encoder-8bit-64.bin"
FILES = (TRIE, SCORES, TABLE, RANGES, WEIGHTS, GRAPH)


def encode(texts: Sequence[str]) -> Matrix:
    """Return the unit embeddings of `texts`, float32 [len(texts), 512]; zeros where the model is
    not there or does not load."""
    loaded = _model()
    if loaded is None:
        return np.zeros((len(texts), DIMENSIONS), np.float32)
    return loaded.encode(texts)


def is_used() -> bool:
    """Whether `encode` gives more than zeros; loads the model, if it has not been yet."""
    return _model() is not None


def is_well() -> bool:
    """Whether the model is there, and has loaded where it was asked for."""
    return available() and not _told


def available() -> bool:
    """Whether the model's files are all there."""
    folder = Path(settings.UNIVERSAL_MODEL_DIR)
    # Not pathlib's, which raises where we may not look.
    return all(os.path.isfile(folder / name) for name in FILES)


_loading = threading.Lock()
_told: set[str] = set()


def _model() -> Model | None:
    if not available():
        return None
    folder = str(settings.UNIVERSAL_MODEL_DIR)
    with _loading:
        try:
            loaded = _load(folder)
        # Whatever it is: a search with one model is better than none.
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            if why not in _told:
                _told.add(why)
                logger.error(
                    "The encoder in %s does not load, the search goes on without (%s): run pip "
                    "install -r requirements.txt and manage.py fetch_models, as the user the desk "
                    "runs as.",
                    folder,
                    why,
                )
            return None
        _told.clear()
        return loaded


@lru_cache(maxsize=1)
def _load(folder: str) -> Model:
    return Model(Path(folder))


class Model:
    """A loaded encoder; read-only after construction, so that threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.pieces = Pieces(folder)
        with np.load(folder / RANGES) as file:
            self.scales, self.lows = file["scales"], file["lows"]
        # 62 MiB that stay in the file: a question needs ten rows.
        self.table = (folder / TABLE).open("rb", buffering=0)
        if os.fstat(self.table.fileno()).st_size < WIDTH * self.pieces.count:
            raise ValueError(f"{TABLE} is cut short")
        self.layers = Session(folder / GRAPH)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return the unit embeddings of `texts`, float32 [len(texts), 512]."""
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        for place, text in enumerate(texts):
            first = self._first(np.array(self.pieces(text)))
            rows[place] = self.layers(first=first[None])[0]
        return rows

    def _first(self, numbers: npt.NDArray[np.int64]) -> Matrix:
        """Return what goes into the first layer for the numbers of pieces [n], [n, 512]."""
        table = self.table.fileno()
        read = b"".join(os.pread(table, WIDTH, WIDTH * number) for number in numbers.tolist())
        rows = np.frombuffer(read, np.uint8).reshape(len(numbers), WIDTH).astype(np.float32)
        group = numbers % len(self.scales)
        rows *= self.scales[group, None]
        rows += self.lows[group, None]
        return rows
