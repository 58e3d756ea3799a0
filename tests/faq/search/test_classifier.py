import numpy as np
import pytest

from faq.search import classifier


def three_clouds(size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    classes = np.repeat(np.arange(3), size)
    centres = random.normal(size=(3, 12))
    return (centres[classes] + random.normal(size=(3 * size, 12))).astype(np.float32), classes


def test_equal_to_scikit_learn():
    linear_model = pytest.importorskip("sklearn.linear_model")
    features, classes = three_clouds()
    ours = classifier.fit([features], classes, 3).probabilities(features)
    theirs = linear_model.LogisticRegression(C=classifier.STRENGTH, max_iter=1000, tol=1e-6)
    assert np.abs(ours - theirs.fit(features, classes).predict_proba(features)).max() < 0.01


def test_columns_in_blocks_are_columns():
    features, classes = three_clouds()
    whole = classifier.fit([features], classes, 3)
    parts = classifier.fit([features[:, :5], features[:, 5:]], classes, 3)
    assert np.allclose(whole.weights, parts.weights, atol=1e-3)


def test_rows_in_parts_are_rows(monkeypatch):
    features, classes = three_clouds()
    whole = classifier.fit([features], classes, 3)
    monkeypatch.setattr(classifier, "ROWS_AT_ONCE", 50)
    parts = classifier.fit([features], classes, 3)
    assert np.allclose(whole.weights, parts.weights, atol=1e-3)


def test_probabilities_sum_to_one_and_find_the_class():
    features, classes = three_clouds()
    chances = classifier.fit([features], classes, 3).probabilities(features)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert (chances.argmax(axis=1) == classes).mean() > 0.95


def test_one_example_a_class_is_enough():
    chances = classifier.fit([np.eye(4, dtype=np.float32)], np.arange(4), 4).probabilities(
        np.eye(4, dtype=np.float32)
    )
    assert chances.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_equal_examples_of_two_classes_end_undecided():
    features = np.ones((2, 3), np.float32)
    chances = classifier.fit([features], np.array([0, 1]), 2).probabilities(features)
    assert np.allclose(chances, 0.5, atol=1e-3)
