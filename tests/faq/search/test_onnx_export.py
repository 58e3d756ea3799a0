import json
import os
import stat
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import save_file

from faq.search import onnx_export
from faq.search.embeddings import GRAPH, WEIGHTS
from faq.search.runtime import Session

WIDTH, WIDE = 64, 128
CONFIG = {
    "num_attention_heads": 4,
    "layer_norm_eps": 1e-12,
    "num_hidden_layers": 2,
    "hidden_size": WIDTH,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published model as ours, but small."""
    random = np.random.default_rng(0)
    weights = {}
    for layer in range(CONFIG["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}."
        shapes = {
            **{f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")},
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (WIDE, WIDTH),
            "output.dense": (WIDTH, WIDE),
        }
        for name, shape in shapes.items():
            weights[f"{prefix}{name}.weight"] = random.normal(size=shape) / 8
            weights[f"{prefix}{name}.bias"] = random.normal(size=shape[0]) / 8
        for name in ("attention.output", "output"):
            weights[f"{prefix}{name}.LayerNorm.weight"] = random.uniform(0.5, 2, WIDTH)
            weights[f"{prefix}{name}.LayerNorm.bias"] = random.normal(size=WIDTH) / 8
    tensors = {name: one.astype(np.float32) for name, one in weights.items()}
    folder = tmp_path / "model"
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    return folder


def test_the_runtime_takes_what_was_written(folder):
    onnx_export.export(folder)
    first = np.random.default_rng(1).normal(size=(3, 5, WIDTH)).astype(np.float32)
    layers = Session(folder / GRAPH)
    rows = layers(first=first)
    assert rows.shape == (3, WIDTH)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    # The numbers are rounded by themselves, not beside another text's.
    for text, row in zip(first, rows, strict=True):
        assert np.allclose(layers(first=text[None])[0], row, atol=1e-6)


def test_the_weights_lie_beside_the_graph_and_nothing_else_stays(folder):
    onnx_export.export(folder)
    assert [path for path in folder.parent.iterdir() if path.name.startswith(".")] == []
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "model.safetensors", GRAPH, WEIGHTS,
    }  # fmt: skip
    model = onnx.load(folder / GRAPH, load_external_data=False)
    onnx.checker.check_model(str(folder / GRAPH))
    places = [one for tensor in model.graph.initializer for one in tensor.external_data]
    assert {one.value for one in places if one.key == "location"} == {WEIGHTS}


def test_whoever_may_read_the_model_may_read_what_is_made_of_it(folder):
    for mode in (0o644, 0o640):
        os.chmod(folder / "config.json", mode)
        onnx_export.export(folder)
        for name in (GRAPH, WEIGHTS):
            assert stat.S_IMODE((folder / name).stat().st_mode) == mode


def test_the_same_model_gives_the_same_files(folder):
    onnx_export.export(folder)
    before = {name: (folder / name).read_bytes() for name in (GRAPH, WEIGHTS)}
    onnx_export.export(folder)
    assert {name: (folder / name).read_bytes() for name in (GRAPH, WEIGHTS)} == before
