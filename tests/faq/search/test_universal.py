import logging
import sys
from pathlib import Path

import numpy as np
import pytest

from faq.search import universal
from faq.search.beside import beside
from faq.search.pieces import Pieces

# How many pieces a window has, and how many of them stand before the one that it is about.
WINDOWS = ((2, 0), (3, 1), (5, 2))
QUESTIONS = [
    "How do I reset my password?", "wifi", "Wo kann ich einen Laptop ausleihen?",
    "¿Cómo restablezco mi contraseña?", "the printer on the second floor is out of staples again",
]  # fmt: skip


@pytest.fixture
def copy(models, settings, tmp_path: Path):
    """A folder with the model's files, to be damaged."""
    folder = tmp_path / "universal"
    folder.mkdir()
    for name in universal.FILES:
        (folder / name).symlink_to(models / "universal-sentence-encoder-multilingual-3" / name)
    settings.UNIVERSAL_MODEL_DIR = folder
    yield folder
    universal._load.cache_clear()
    universal._told.clear()


def test_every_row_is_a_unit_vector_in_the_order_asked(model):
    rows = universal.encode(QUESTIONS)
    assert rows.shape == (len(QUESTIONS), universal.DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[3], universal.encode(QUESTIONS[3:4])[0])
    assert universal.encode([]).shape == (0, universal.DIMENSIONS)


def test_the_same_in_another_language_is_near(model):
    ask, same, other = universal.encode(
        ["How do I reset my password?", "Wie setze ich mein Passwort zurück?", "Brot backen"]
    )
    assert ask @ same > 0.7 > 0.4 > ask @ other


def test_texts_of_any_length_are_encoded(model):
    rows = universal.encode(["", "a", "word " * 5000, "\x00", "🎉"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nearly_equal_to_32_bits(model, models):
    """The layers as the package's own code computes them, in numpy and from its weights."""
    folder = models / "universal-sentence-encoder-multilingual-3"
    pieces = Pieces(folder)
    with np.load(folder / "weights.npz") as file:
        weights = {name: file[name] for name in file.files}
    expected = np.array([reference(pieces(text), weights) for text in QUESTIONS])
    cosines = (universal.encode(QUESTIONS) * expected).sum(axis=1)
    assert cosines.min() > 0.999


def reference(numbers, weights):
    parts = [(number % 17, number // 17) for number in numbers]
    first = np.array(
        [
            weights[f"q{part + 1}"][row] * weights["scale"][part] + weights["lo"][part]
            for part, row in parts
        ]
    )

    def joined(name):
        return np.concatenate([weights[f"{name}{order}"] for order, _ in WINDOWS], axis=-1)

    begun = normalised(first @ joined("proj") + joined("proj_b"), joined("ln_g"), joined("ln_b"))
    branches = [first]
    for place, (order, before) in enumerate(WINDOWS):
        branch = begun[:, 256 * place : 256 * (place + 1)]
        for layer in "12":
            padded = np.pad(branch, ((before, order - 1 - before), (0, 0)))
            window = np.concatenate([padded[i : i + len(first)] for i in range(order)], axis=1)
            change = window @ weights[f"w{layer}_{order}"] + weights[f"b{layer}_{order}"]
            branch = np.maximum(change, 0) + branch
        branches.append(branch)
    features = normalised(np.concatenate(branches, axis=1), weights["ln_g"], weights["ln_b"])
    summed = (features @ weights["cnn_W"] + weights["cnn_b"]).sum(axis=0) / len(first) ** 0.5
    second = np.maximum(
        summed @ weights["p1"] + np.maximum(summed @ weights["d0"], 0) @ weights["d1"], 0
    )
    third = np.maximum(second @ weights["d2"], 0)
    last = np.tanh(second @ weights["p3"] + third @ weights["d3"])
    return last / np.linalg.norm(last)


def normalised(rows, scale, shift):
    moved = rows - rows.mean(axis=1, keepdims=True)
    return moved / np.sqrt((moved**2).mean(axis=1, keepdims=True) + 1e-6) * scale + shift


def test_without_its_files_there_are_zeros(no_model):
    assert not universal.available()
    assert not universal.encode(["wifi"]).any()
    assert not beside(["wifi", "vpn"]).any()
    assert beside(["wifi", "vpn"]).shape == (2, 896)


@pytest.mark.parametrize("name", universal.FILES)
def test_a_file_that_is_missing_counts_as_no_model(copy, name):
    assert universal.available()
    (copy / name).unlink()
    assert not universal.available()
    assert not universal.encode(["wifi"]).any()


@pytest.mark.parametrize("name", universal.FILES)
def test_a_model_that_does_not_load_counts_as_none_and_is_logged_once(copy, caplog, name):
    (copy / name).unlink()
    (copy / name).write_bytes(b"")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert not universal.encode(["wifi"]).any()
    assert not universal.is_used()
    assert sum("does not load" in line for line in caplog.messages) == 1


def test_a_model_that_is_mended_is_used_without_a_restart(copy, models):
    (copy / universal.TABLE).unlink()
    (copy / universal.TABLE).write_bytes(b"cut short")
    assert not universal.is_used()
    (copy / universal.TABLE).unlink()
    there = models / "universal-sentence-encoder-multilingual-3" / universal.TABLE
    (copy / universal.TABLE).symlink_to(there)
    assert universal.is_used()
    assert universal.encode(["wifi"]).any()


def test_without_its_library_the_search_goes_on(copy, caplog, monkeypatch):
    monkeypatch.setitem(sys.modules, "marisa_trie", None)
    assert not universal.encode(["wifi"]).any()
    assert "does not load" in caplog.text


def test_beside_the_embedding_are_the_surface_and_the_encoders(model):
    rows = beside(QUESTIONS)
    assert np.allclose(rows[:, :384], model.surface(QUESTIONS))
    assert np.allclose(rows[:, 384:], 0.7 * universal.encode(QUESTIONS))
