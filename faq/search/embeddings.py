"""Sentence embeddings by all-MiniLM-L6-v2, without torch.

The forward pass of a six-layer BERT in numpy: 0.1 s to load, 6 ms a question, where
torch and transformers would take 2 s and 400 MiB. The folder holds what
`faq.search.model_files` puts there: `model.safetensors`, `tokenizer.json`, `config.json`.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]
from tokenizers import Tokenizer

Matrix = npt.NDArray[np.float32]

DIMENSIONS = 384
# What the model was published with (max_seq_length of sentence-transformers).
LONGEST = 256
# So many tokens go through the layers together: they stay in the cache (measured: 4.2 ms a
# text against 5.2 with 2,048), and a large import needs no more memory than a question.
TOKENS_AT_ONCE = 256
# A product with twelve rows takes less time than one with eleven: OpenBLAS's kernels take four
# at once, and what is left over one by one (docs/answers.md).
ROWS = 4
# A product of a question's few rows with so many columns at once is small enough for the kernels
# that these OpenBLAS cores keep for small products: 3.4 ms for a question's instead of 5.7. Others
# have none, and take a tenth longer so (docs/answers.md).
COLUMNS = 128
CORES = {"skylakex", "cooperlake", "sapphirerapids"}
# The tokenizer's own results weigh more than the texts.
TEXTS_AT_ONCE = 256
WORDS = "embeddings.word_embeddings.weight"
MODEL_FILES = ("model.safetensors", "tokenizer.json", "config.json")


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
    return all((folder / name).is_file() for name in MODEL_FILES)


def model() -> Model:
    """Return this process's model, loaded on first use. Raises ModelMissing."""
    if not available():
        raise ModelMissing(
            f"No embedding model in {settings.EMBEDDING_MODEL_DIR}: run manage.py fetch_models."
        )
    with _loading:
        return _load(str(settings.EMBEDDING_MODEL_DIR))


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _load(folder: str) -> Model:
    return Model(Path(folder))


class Model:
    """A loaded encoder; read-only after construction, so that threads may share it."""

    def __init__(self, folder: Path) -> None:
        # A second BLAS thread halves nothing at these sizes and burns a core by spinning.
        blas = ThreadpoolController().select(user_api="blas")
        blas.limit(limits=1)
        config = json.loads((folder / "config.json").read_text())
        self.heads: int = config["num_attention_heads"]
        self.epsilon: float = config["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        weights = _weights(folder / "model.safetensors")
        self.words = _Table(folder / "model.safetensors", *weights[WORDS])
        self.places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.norm = _pair(weights, "embeddings.LayerNorm")
        count = config["num_hidden_layers"]
        size = sum(one.size for one in weights.values() if isinstance(one, np.ndarray))
        block = _Block(size, _columns_at_once(blas.info()))
        self.layers = [Layer(weights, f"encoder.layer.{i}.", block) for i in range(count)]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return the unit embeddings of `texts`, float32 [len(texts), 384]."""
        return self._each(texts, self.layers)

    def surface(self, texts: Sequence[str]) -> Matrix:
        """Return the unit means of what goes into the first layer [len(texts), 384]."""
        return self._each(texts, ())

    def _each(self, texts: Sequence[str], layers: Sequence[Layer]) -> Matrix:
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = list(texts[start : start + TEXTS_AT_ONCE])
            encodings = [encoding.ids for encoding in self.tokenizer.encode_batch(part)]
            for group in _groups([len(ids) for ids in encodings]):
                places = [start + i for i in group]
                rows[places] = self._encode(np.array([encodings[i] for i in group]), layers)
        return rows

    def _encode(self, ids: npt.NDArray[np.int64], layers: Sequence[Layer]) -> Matrix:
        """Return the unit means after `layers` for token ids [n, length]."""
        first = _normalise(self.words(ids) + self.places[: ids.shape[1]], self.norm, self.epsilon)
        count = ids.size
        # The rows that fill up the last block are nobody's: no token looks at them.
        state = np.zeros((-(-count // ROWS) * ROWS, DIMENSIONS), np.float32)
        state[:count] = first.reshape(count, -1)
        for layer in layers:
            state = layer(state, ids.shape, self.heads, self.epsilon)
        mean: Matrix = state[:count].reshape(first.shape).mean(axis=1)
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


class _Block:
    """One piece of memory for the layers' weights, of `size` numbers, to be multiplied by so many
    `columns` at once, or by all where it is None.

    Every question reads all 42 MiB. numpy asks the system for large pages for arrays of 4 MiB
    and more, and no single weight is as large.
    """

    def __init__(self, size: int, columns: int | None) -> None:
        self._memory = np.empty(size, np.float32)
        self._used = 0
        self._columns = columns

    def keep(self, matrix: Matrix) -> Matrix:
        """Return a copy of `matrix` [rows, all columns] that lies here, row by row
        [all columns / columns, rows, columns]."""
        start, self._used = self._used, self._used + matrix.size
        parts = matrix.reshape(len(matrix), -1, self._columns or matrix.shape[1])
        copy = self._memory[start : self._used].reshape(parts.shape[1], len(matrix), -1)
        copy[...] = parts.transpose(1, 0, 2)
        return copy


def _columns_at_once(libraries: Sequence[dict[str, Any]]) -> int | None:
    """Return how many columns of a weight to multiply at once, by what threadpoolctl says of the
    BLAS libraries; None for all."""
    cores = {
        (library.get("architecture") or "").lower()  # None of one that does not say
        for library in libraries
        if library["internal_api"] == "openblas"  # numpy's; torch brings another
    }
    return COLUMNS if cores and cores <= CORES else None


class Layer:
    """One transformer layer: attention and two dense steps, each with its residual."""

    def __init__(self, weights: dict[str, Any], prefix: str, block: _Block) -> None:
        parts = [
            _pair(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")
        ]
        self.into = (
            block.keep(np.concatenate([weight for weight, _ in parts]).T),
            np.concatenate([bias for _, bias in parts]),
        )
        self.out = _dense(weights, f"{prefix}attention.output.dense", block)
        self.out_norm = _pair(weights, f"{prefix}attention.output.LayerNorm")
        self.up = _dense(weights, f"{prefix}intermediate.dense", block)
        self.down = _dense(weights, f"{prefix}output.dense", block)
        self.down_norm = _pair(weights, f"{prefix}output.LayerNorm")

    def __call__(self, state: Matrix, shape: tuple[int, ...], heads: int, epsilon: float) -> Matrix:
        """Return the next state of `state` [rows, 384], whose first rows are the tokens of texts
        of one `shape` (texts, length)."""
        mixed = _attend(_apply(state, self.into), shape, heads)
        state = _normalise(state + _apply(mixed, self.out), self.out_norm, epsilon)
        wide = _gelu(_apply(state, self.up))
        return _normalise(state + _apply(wide, self.down), self.down_norm, epsilon)


def _attend(projected: Matrix, shape: tuple[int, ...], heads: int) -> Matrix:
    """Return attention's mix [rows, width] of the joined query, key and value [rows, 3 * width];
    zeros in the rows after the texts'."""
    count, length = shape
    rows = count * length
    split = projected[:rows].reshape(count, length, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    query, key, value = split
    scores = query @ key.transpose(0, 1, 3, 2) * np.float32(query.shape[-1] ** -0.5)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed = np.zeros((len(projected), projected.shape[1] // 3), np.float32)
    mixed[:rows] = (scores @ value).transpose(0, 2, 1, 3).reshape(rows, -1)
    return mixed


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


def _weights(path: Path) -> dict[str, Any]:
    """Return the tensors of a safetensors file (a header in JSON, then the numbers); of the
    table of words only where it stands, and its shape.

    Read one by one and not by its library, which maps all 87 MiB into memory at once.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header: dict[str, dict[str, Any]] = json.loads(file.read(size))
        weights: dict[str, Any] = {}
        for name, entry in header.items():
            if entry.get("dtype") != "F32":
                continue
            shape, start = tuple(entry["shape"]), 8 + size + entry["data_offsets"][0]
            if name == WORDS:
                weights[name] = start, shape
            else:
                file.seek(start)
                weights[name] = np.fromfile(file, "<f4", math.prod(shape)).reshape(shape)
    return weights


def _dense(weights: dict[str, Any], name: str, block: _Block) -> tuple[Matrix, Matrix]:
    # Popped, and copied to the layout that a product reads fastest: nothing is held twice.
    weight, bias = _pair(weights, name)
    return block.keep(weight.T), bias


def _pair(weights: dict[str, Any], name: str) -> tuple[Matrix, Matrix]:
    return weights.pop(f"{name}.weight"), weights.pop(f"{name}.bias")


def _apply(rows: Matrix, dense: tuple[Matrix, Matrix]) -> Matrix:
    result: Matrix = (rows @ dense[0]).transpose(1, 0, 2).reshape(len(rows), -1)
    result += dense[1]
    return result


def _normalise(rows: Matrix, norm: tuple[Matrix, Matrix], epsilon: float) -> Matrix:
    centred = rows - rows.mean(axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    centred /= np.sqrt(variance + np.float32(epsilon))
    centred *= norm[0]
    centred += norm[1]
    return centred


def _gelu(rows: Matrix) -> Matrix:
    """Return the exact (not the tanh) GELU, as the model was trained with, in place of `rows`.

    max(x, 0) - |x| * erfc(|x| / sqrt 2) / 2, with erfc by Abramowitz and Stegun 7.1.26, within
    2e-7; scipy's costs 27 MiB. Each step in place: new arrays took a third of the time.
    """
    size = np.abs(rows)
    half = size * np.float32(0.5)
    size *= np.float32(0.5**0.5)
    t = size * np.float32(0.3275911)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    series = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(coefficient)
        series *= t
    np.multiply(size, size, out=size)
    np.negative(size, out=size)
    np.exp(size, out=size)
    series *= size
    series *= half
    np.maximum(rows, 0, out=rows)
    rows -= series
    return rows
