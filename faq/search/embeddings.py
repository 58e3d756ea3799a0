"""Sentence embeddings by all-MiniLM-L6-v2, without torch.

What goes into the first layer is looked up in the published model's table of words; the layers are
ONNX Runtime's, with weights of eight bits: some 2 ms a question and 56 MiB, where torch and
transformers would take 2 s to load and 400 MiB. `faq.search.model_files` puts the files there.
"""

from __future__ import annotations

import json
import logging
import math
import os
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from faq.search.runtime import Session

logger = logging.getLogger(__name__)

Matrix = npt.NDArray[np.float32]

DIMENSIONS = 384
# What the model was published with (max_seq_length of sentence-transformers).
LONGEST = 256
# So many tokens go through the layers together: a large import needs little more memory than a
# question.
TOKENS_AT_ONCE = 256
# The tokenizer's own results weigh more than the texts.
TEXTS_AT_ONCE = 256
# The two that `faq.search.onnx_export` writes: named for what is in them, so that another writer's
# are other files.
GRAPH, WEIGHTS = "model-8bit-64.onnx", "model-8bit-64.bin"
MODEL_FILES = ("model.safetensors", "tokenizer.json", "config.json", GRAPH, WEIGHTS)


class ModelMissing(RuntimeError):
    """The embedding model's files are not on disk; the search goes on with words only."""


def embed(texts: Sequence[str]) -> Matrix:
    """Return the unit embeddings of `texts`, float32 [len(texts), 384].

    Raises ModelMissing where the model's folder is not complete.
    """
    return model().embed(texts)


def surface(texts: Sequence[str]) -> Matrix:
    """Return unit vectors of the words alone, as they stand, float32 [len(texts), 384].

    The mean of what goes into the first layer: which words there are, where `embed` says what
    they mean together. Costs a hundredth of it. Raises ModelMissing as `embed` does.
    """
    return model().surface(texts)


def available() -> bool:
    """Whether the model's files are all there; cheap enough to ask before every search."""
    folder = Path(settings.EMBEDDING_MODEL_DIR)
    return all(os.path.isfile(folder / name) for name in MODEL_FILES)


def is_well() -> bool:
    """Whether the model is there, and has loaded where it was asked for."""
    return available() and not _told


def model() -> Model:
    """Return this process's model, loaded on first use. Raises ModelMissing."""
    if not available():
        raise ModelMissing(
            f"No embedding model in {settings.EMBEDDING_MODEL_DIR}: run manage.py fetch_models."
        )
    with _loading:
        return _load(str(settings.EMBEDDING_MODEL_DIR))


_loading = threading.Lock()
_told: set[str] = set()


@lru_cache(maxsize=1)
def _load(folder: str) -> Model:
    try:
        loaded = Model(Path(folder))
    # Whatever it is (a damaged file, one that we may not read, no library): a search by words is
    # better than none.
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        if why not in _told:
            _told.add(why)
            logger.error("The embedding model does not load, the search goes by words: %s", why)
        raise ModelMissing(
            f"The embedding model in {folder} does not load ({why[:200]}): run pip install -r "
            "requirements.txt and manage.py fetch_models, as the user the desk runs as."
        ) from error
    _told.clear()
    return loaded


class Model:
    """A loaded encoder; read-only after construction, so that threads may share it."""

    def __init__(self, folder: Path) -> None:
        # A second BLAS thread halves nothing at these sizes and burns a core by spinning.
        threadpool_limits(1, "blas")
        self.epsilon: float = json.loads((folder / "config.json").read_text())["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        published = _Published(folder / "model.safetensors")
        self.words = published.table("embeddings.word_embeddings.weight")
        self.places = (
            published.array("embeddings.position_embeddings.weight")
            + published.array("embeddings.token_type_embeddings.weight")[0]
        )
        self.scale = published.array("embeddings.LayerNorm.weight")
        self.shift = published.array("embeddings.LayerNorm.bias")
        self.layers = Session(folder / GRAPH)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return the unit embeddings of `texts`, float32 [len(texts), 384]."""
        return self._each(texts, lambda first: self.layers(first=first))

    def surface(self, texts: Sequence[str]) -> Matrix:
        """Return the unit means of what goes into the first layer [len(texts), 384]."""
        return self._each(texts, _unit_mean)

    def _each(self, texts: Sequence[str], encode: Callable[[Matrix], Matrix]) -> Matrix:
        """Return a row for each of `texts`; `encode` makes one of what goes into the first layer,
        [texts of a length, tokens, 384]."""
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = list(texts[start : start + TEXTS_AT_ONCE])
            encodings = [encoding.ids for encoding in self.tokenizer.encode_batch(part)]
            for group in _groups([len(ids) for ids in encodings]):
                places = [start + i for i in group]
                rows[places] = encode(self._first(np.array([encodings[i] for i in group])))
        return rows

    def _first(self, ids: npt.NDArray[np.int64]) -> Matrix:
        """Return what goes into the first layer for token ids [n, length], [n, length, 384]."""
        rows = self.words(ids) + self.places[: ids.shape[1]]
        rows -= rows.mean(axis=-1, keepdims=True)
        variance = np.mean(rows * rows, axis=-1, keepdims=True)
        rows /= np.sqrt(variance + np.float32(self.epsilon))
        rows *= self.scale
        rows += self.shift
        return rows


def _unit_mean(rows: Matrix) -> Matrix:
    mean: Matrix = rows.mean(axis=1)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


class _Table:
    """The vectors of 30,522 words, 45 MiB that stay in the file: a question needs ten rows.

    Read one by one: mapped into memory, a large import would draw all of it in.
    """

    def __init__(self, path: Path, start: int, shape: Sequence[int]) -> None:
        self._file = path.open("rb", buffering=0)
        self._start = start
        self._bytes = shape[1] * 4

    def __call__(self, ids: npt.NDArray[np.int64]) -> Matrix:
        """Return the vectors of token ids [...], [..., 384]."""
        distinct, places = np.unique(ids, return_inverse=True)
        rows = b"".join(
            os.pread(self._file.fileno(), self._bytes, self._start + self._bytes * row)
            for row in distinct.tolist()
        )
        table = np.frombuffer(rows, "<f4").reshape(len(distinct), -1)
        return table[places.reshape(ids.shape)]


def _groups(lengths: list[int]) -> list[list[int]]:
    """Split positions into groups of one length each: no padding, hence no mask."""
    by_length: dict[int, list[int]] = {}
    for position, length in enumerate(lengths):
        by_length.setdefault(length, []).append(position)
    groups = []
    for length, positions in by_length.items():
        size = max(1, TOKENS_AT_ONCE // length)
        groups += [positions[i : i + size] for i in range(0, len(positions), size)]
    return groups


class _Published:
    """A safetensors file: a header in JSON, then the numbers.

    Read piece by piece and not by its library, which maps all 87 MiB into memory at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            self._header: dict[str, dict[str, Any]] = json.loads(file.read(size))
        self._start = 8 + size

    def array(self, name: str) -> Matrix:
        """Return a tensor of 32-bit numbers."""
        start, shape = self._place(name)
        values = np.fromfile(self._path, "<f4", math.prod(shape), offset=start)
        return values.reshape(shape)

    def table(self, name: str) -> _Table:
        """Return a tensor of two dimensions whose rows stay in the file."""
        return _Table(self._path, *self._place(name))

    def _place(self, name: str) -> tuple[int, Sequence[int]]:
        entry = self._header[name]
        return self._start + entry["data_offsets"][0], entry["shape"]
