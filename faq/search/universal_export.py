"""Writes the multilingual encoder's files as `faq.search.universal` reads them.

From the package that carries it (faq.search.model_files): a SentencePiece model, and weights in
numpy's format, whose names and meaning are those of the package's own code. Its layers: windows
of two, three and five pieces, twice over, each with what it began with; their sum by the root of
their number; then a few dense layers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from faq.search.onnx_graph import Graph, share, write
from faq.search.pieces import END, SCORES, TRIE
from faq.search.universal import GRAPH, RANGES, TABLE, WEIGHTS, WIDTH

PIECES_FILE, WEIGHTS_FILE = "sp.model", "weights.npz"
# Into so many parts the package divides its table, by the rest of a piece's number.
PARTS = 17
# How many pieces a window has, and how many of them stand before the one that it is about.
WINDOWS = ((2, 0), (3, 1), (5, 2))
CHANNELS = 256
# Where a slice ends that goes to the end.
LAST = 2**31

Arrays = Mapping[str, npt.NDArray[Any]]


def export(folder: Path) -> None:
    """Write FILES into `folder`, which has the package's two."""
    published = folder / WEIGHTS_FILE
    with np.load(published) as file:
        weights: Arrays = {name: file[name] for name in file.files}
    # Beside the folder, as what `write` makes; a desk may have the old ones mapped.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        _pieces(folder / PIECES_FILE, Path(scratch))
        _table(weights, Path(scratch))
        for name in (TRIE, SCORES, TABLE, RANGES):
            share(Path(scratch) / name, published)
            os.replace(Path(scratch) / name, folder / name)
    write(_encoder(weights), folder, GRAPH, WEIGHTS, like=published)


def _pieces(published: Path, folder: Path) -> None:
    # Here: a desk that was updated by hand may lack them, and `fetch_models` says so.
    import marisa_trie  # type: ignore[import-not-found]
    from sentencepiece import SentencePieceProcessor

    known = SentencePieceProcessor(model_file=str(published))
    numbers = range(END + 1, known.get_piece_size())
    texts = {number: known.id_to_piece(number) for number in numbers}
    trie = marisa_trie.Trie(texts.values())
    keys = [trie[text] for text in texts.values()]
    by_key, scores = np.zeros(len(keys), np.int32), np.zeros(len(keys), np.float32)
    by_key[keys] = list(texts)
    scores[keys] = [known.get_score(number) for number in texts]
    trie.save(str(folder / TRIE))
    np.savez(folder / SCORES, scores=scores, numbers=by_key)


def _table(weights: Arrays, folder: Path) -> None:
    parts = [weights[f"q{part + 1}"] for part in range(PARTS)]
    table = np.empty((PARTS * len(parts[0]), WIDTH), np.uint8)
    for part, rows in enumerate(parts):
        table[part::PARTS] = rows
    table.tofile(folder / TABLE)
    np.savez(folder / RANGES, scales=weights["scale"], lows=weights["lo"])


def _encoder(weights: Arrays) -> Graph:
    graph = Graph()
    epsilon = float(weights["eps"])
    orders = [order for order, _ in WINDOWS]

    def joined(name: str) -> npt.NDArray[Any]:
        return np.concatenate([weights[f"{name}{order}"] for order in orders], axis=-1)

    begun = graph.dense("first", "proj", joined("proj").T, joined("proj_b"))
    begun = graph.normalised(begun, "begun", joined("ln_g"), joined("ln_b"), epsilon)
    branches = ["first"]
    for place, (order, before) in enumerate(WINDOWS):
        start = CHANNELS * place
        branch = graph.sliced(begun, 2, start, start + CHANNELS)
        for layer in ("1", "2"):
            window = _windows(graph, branch, order, before)
            name = f"{layer}_{order}"
            change = graph.dense(window, f"w{name}", weights[f"w{name}"].T, weights[f"b{name}"])
            branch = graph.add("Add", graph.add("Relu", change), branch)
        branches.append(branch)
    features = graph.add("Concat", *branches, axis=2)
    features = graph.normalised(features, "features", weights["ln_g"], weights["ln_b"], epsilon)
    _head(graph, features, weights)
    return graph


def _windows(graph: Graph, rows: str, order: int, before: int) -> str:
    """Each row with those around it [texts, pieces, order * CHANNELS], zeros beyond the ends."""
    edges = np.array([0, before, 0, 0, order - 1 - before, 0], np.int64)
    padded = graph.add("Pad", rows, graph.constant(f"edges_{order}", edges))
    # All end with the padding that those behind them have more.
    moved = [graph.sliced(padded, 1, i, i - order + 1 or LAST) for i in range(order)]
    return graph.add("Concat", *moved, axis=2)


def _head(graph: Graph, features: str, weights: Arrays) -> None:
    """From all pieces' features [texts, pieces, 1280] to the text's unit embedding."""

    def dense(rows: str, name: str, bias: bool = False) -> str:
        weight = weights[name].T
        return graph.dense(rows, name, weight, weights["cnn_b"] if bias else None)

    one = graph.constant("pieces", np.array([1], np.int64))
    # A sum by the root of their number is the mean times that root.
    mean = graph.add("ReduceMean", features, one, keepdims=0)
    count = graph.add("Gather", graph.add("Shape", features), one, axis=0)
    root = graph.add("Sqrt", graph.add("Cast", count, to=1))
    summed = graph.add("Mul", dense(mean, "cnn_W", bias=True), root)
    first = graph.add("Relu", dense(summed, "d0"))
    second = graph.add("Relu", graph.add("Add", dense(summed, "p1"), dense(first, "d1")))
    third = graph.add("Relu", dense(second, "d2"))
    last = graph.add("Tanh", graph.add("Add", dense(second, "p3"), dense(third, "d3")))
    length = graph.add("ReduceL2", last, one, keepdims=1)
    graph.add("Div", last, length, output="embedding")
