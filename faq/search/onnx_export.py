"""Writes the embedding model's layers as ONNX Runtime computes them: with weights of eight bits.

An embedding then takes half the time, and the weights a third of the memory, of what they take in
32 bits with numpy; it has a cosine of 0.9995 to the one that those give (docs/answers.md).
What goes into the first layer stays with `faq.search.embeddings`.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from faq.search.embeddings import GRAPH, WEIGHTS
from faq.search.quantized import ACCURACY, BLOCK, IR_VERSION, OPSET, rounded

Floats = npt.NDArray[np.float32]


def export(folder: Path) -> None:
    """Write GRAPH and WEIGHTS from the published model in `folder`."""
    graph = _Graph(load_file(folder / "model.safetensors"))
    graph.encoder(json.loads((folder / "config.json").read_text()))
    published = (folder / "config.json").stat()
    # Beside the folder: what an interruption leaves there `model_files` sweeps away.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        # The weights in a file of their own: the runtime maps it, and holds nothing twice.
        onnx.save(
            graph.model(), Path(scratch) / GRAPH, save_as_external_data=True, location=WEIGHTS
        )
        # The graph last: who finds it finds its weights.
        for name in (WEIGHTS, GRAPH):
            # The library lets nobody else read them, and a service may run as somebody else than
            # who calls this.
            (Path(scratch) / name).chmod(published.st_mode)
            if os.geteuid() == 0:
                os.chown(Path(scratch) / name, published.st_uid, published.st_gid)
            os.replace(Path(scratch) / name, folder / name)
    # What an earlier version computed with; a process that still does has it open.
    for other in set(folder.glob("model-8bit-*")) - {folder / GRAPH, folder / WEIGHTS}:
        other.unlink()


class _Graph:
    """An ONNX graph under construction; its methods add nodes and return their output's name."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        shape = ["texts", "tokens", "width"]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("first", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", "width"])],
            self._constants,
        )
        domains = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION)

    def encoder(self, config: dict[str, Any]) -> None:
        """BERT's layers, from what goes into the first to the unit mean of the last's tokens."""
        heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
        state = "first"
        for number in range(config["num_hidden_layers"]):
            prefix = f"encoder.layer.{number}"
            mixed = self._attention(state, f"{prefix}.attention", config["hidden_size"], heads)
            state = self._normalised(state, mixed, f"{prefix}.attention.output", epsilon)
            wide = self._add("Gelu", self._dense(state, f"{prefix}.intermediate.dense"))
            narrow = self._dense(wide, f"{prefix}.output.dense")
            state = self._normalised(state, narrow, f"{prefix}.output", epsilon)
        tokens = self._constant("tokens", np.array([1], np.int64))
        mean = self._add("ReduceMean", state, tokens, keepdims=0)
        length = self._add("ReduceL2", mean, tokens, keepdims=1)
        self._add("Div", mean, length, output="embedding")

    def _attention(self, state: str, prefix: str, width: int, heads: int) -> str:
        size = width // heads
        split = self._constant("split", np.array([0, 0, heads, size], np.int64))
        joined = self._constant("joined", np.array([0, 0, width], np.int64))
        scale = self._constant("scale", np.array(size**-0.5, np.float32))

        def head(name: str, order: list[int]) -> str:
            parts = self._add("Reshape", self._dense(state, f"{prefix}.self.{name}"), split)
            return self._add("Transpose", parts, perm=order)

        query = head("query", [0, 2, 1, 3])
        scores = self._add("MatMul", query, head("key", [0, 2, 3, 1]))
        shares = self._add("Softmax", self._add("Mul", scores, scale), axis=-1)
        mixed = self._add("MatMul", shares, head("value", [0, 2, 1, 3]))
        rows = self._add("Reshape", self._add("Transpose", mixed, perm=[0, 2, 1, 3]), joined)
        return self._dense(rows, f"{prefix}.output.dense")

    def _normalised(self, state: str, change: str, prefix: str, epsilon: float) -> str:
        names = [f"{prefix}.LayerNorm.{name}" for name in ("weight", "bias")]
        parts = [self._constant(name, self._weights[name]) for name in names]
        moved = self._add("Add", state, change)
        return self._add("LayerNormalization", moved, *parts, axis=-1, epsilon=epsilon)

    def _dense(self, rows: str, prefix: str) -> str:
        """Add the product of `rows` with a weight [outputs, inputs], and its bias."""
        weight = self._weights[f"{prefix}.weight"]
        outputs, inputs = weight.shape
        numbers, scales = rounded(weight, BLOCK)
        product = self._add(
            "MatMulNBits",
            rows,
            self._constant(f"{prefix}.weight", numbers),
            self._constant(f"{prefix}.scales", scales),
            domain="com.microsoft",
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=ACCURACY,
        )
        bias = f"{prefix}.bias"
        return self._add("Add", product, self._constant(bias, self._weights[bias]))

    def _add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, values: npt.NDArray[Any]) -> str:
        if all(one.name != name for one in self._constants):
            self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
