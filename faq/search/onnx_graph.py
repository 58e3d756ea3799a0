"""An ONNX graph under construction, with weights of eight bits, and how it gets on disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from faq.search.quantized import ACCURACY, BLOCK, IR_VERSION, OPSET, rounded

Floats = npt.NDArray[np.float32]


class Graph:
    """Its input is `first` [texts, tokens, width], its output `embedding` [texts, width]; methods
    add nodes and return their output's name."""

    def __init__(self) -> None:
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

    def dense(self, rows: str, name: str, weight: Floats, bias: Floats | None = None) -> str:
        """Add the product of `rows` with a weight [outputs, inputs], and a bias [outputs]."""
        outputs, inputs = weight.shape
        numbers, scales = rounded(weight, BLOCK)
        product = self.add(
            "MatMulNBits",
            rows,
            self.constant(f"{name}.weight", numbers),
            self.constant(f"{name}.scales", scales),
            domain="com.microsoft",
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=ACCURACY,
        )
        if bias is None:
            return product
        return self.add("Add", product, self.constant(f"{name}.bias", bias))

    def normalised(self, rows: str, name: str, scale: Floats, shift: Floats, epsilon: float) -> str:
        parts = [self.constant(f"{name}.scale", scale), self.constant(f"{name}.shift", shift)]
        return self.add("LayerNormalization", rows, *parts, axis=-1, epsilon=epsilon)

    def sliced(self, rows: str, axis: int, start: int, end: int) -> str:
        ends = [
            self.constant(f"at_{number}", np.array([number], np.int64))
            for number in (start, end, axis)
        ]
        return self.add("Slice", rows, *ends)

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        if all(one.name != name for one in self._constants):
            self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def write(graph: Graph, folder: Path, name: str, weights: str, like: Path) -> None:
    """Write a graph into the folder of its model, and its weights into a file of their own: the
    runtime maps it, and holds nothing twice. Both may be read by whoever may read the file `like`.
    """
    # Beside the folder: what an interruption leaves there `model_files` sweeps away.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        onnx.save(graph.model(), Path(scratch) / name, save_as_external_data=True, location=weights)
        # The graph last: who finds it finds its weights.
        for made in (weights, name):
            share(Path(scratch) / made, like)
            os.replace(Path(scratch) / made, folder / made)


def share(path: Path, like: Path) -> None:
    """Let read `path` whoever may read `like`: a service may run as somebody else than who calls
    this, and the library lets nobody else read what it writes."""
    published = like.stat()
    path.chmod(published.st_mode)
    if os.geteuid() == 0:
        os.chown(path, published.st_uid, published.st_gid)
