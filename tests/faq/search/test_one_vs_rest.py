"""Each entry against all others: on made-up features."""

import numpy as np
import pytest

from faq.search import classifier, one_vs_rest
from faq.search.classifier import STRENGTH
from tests.faq.search.test_classifier import three_clouds


def fit(blocks, classes, count: int = 3) -> one_vs_rest.OneVsRest:
    return one_vs_rest.fit(blocks, classes, classifier.fit(blocks, classes, count))


@pytest.fixture
def no_mixtures(monkeypatch):
    monkeypatch.setattr(one_vs_rest, "MIXTURE", 0.0)


def test_equal_to_scikit_learn_class_by_class(no_mixtures):
    linear_model = pytest.importorskip("sklearn.linear_model")
    features, classes = three_clouds()
    ours = fit([features], classes).probabilities(features)
    theirs = linear_model.LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-6)
    for one in range(3):
        chances = theirs.fit(features, classes == one).predict_proba(features)[:, 1]
        assert np.abs(ours[:, one] - chances).max() < 0.01


def test_with_mixtures_equal_to_scikit_learn_of_the_rows_and_their_mixtures():
    linear_model = pytest.importorskip("sklearn.linear_model")
    features, classes = three_clouds()
    mixed, counts = mixtures(features, classes)
    ours = fit([features], classes).probabilities(features)
    both = np.concatenate([features, mixed])
    counted = np.concatenate([np.ones(len(features)), counts])
    theirs = linear_model.LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-6)
    for one in range(3):
        wanted = np.concatenate([classes == one, np.zeros(len(mixed), bool)])
        chances = theirs.fit(both, wanted, counted).predict_proba(features)[:, 1]
        assert np.abs(ours[:, one] - chances).max() < 0.01


def mixtures(features, classes):
    """What the mixtures of all rows are, written out, and what each counts."""
    random = np.random.default_rng(0)
    order = random.permutation(len(features))
    share = random.uniform(*one_vs_rest.SHARES, len(features))[:, None]
    one, other = features[order], features[np.roll(order, -1)]
    mixed = share * one + (1 - share) * other
    length = share[:, 0] * np.linalg.norm(one, axis=1)
    length += (1 - share[:, 0]) * np.linalg.norm(other, axis=1)
    mixed *= (length / np.linalg.norm(mixed, axis=1))[:, None]
    differ = classes[order] != classes[np.roll(order, -1)]
    return mixed, one_vs_rest.MIXTURE * differ


def test_what_is_between_two_classes_is_less_likely_either_s(monkeypatch):
    features, classes = three_clouds()
    between = (features[:40] + features[40:80]) / 2
    with_mixtures = fit([features], classes).probabilities(between)
    monkeypatch.setattr(one_vs_rest, "MIXTURE", 0.0)
    without = fit([features], classes).probabilities(between)
    assert with_mixtures.max(axis=1).mean() < without.max(axis=1).mean() - 0.1


def test_columns_in_blocks_are_columns():
    features, classes = three_clouds()
    whole = fit([features], classes)
    parts = fit([features[:, :5], features[:, 5:]], classes)
    assert np.allclose(whole.weights, parts.weights, atol=0.01)


def test_rows_in_parts_are_rows(no_mixtures, monkeypatch):
    features, classes = three_clouds()
    whole = fit([features], classes)
    monkeypatch.setattr(classifier, "ROWS_AT_ONCE", 50)
    parts = fit([features], classes)
    difference = whole.probabilities(features) - parts.probabilities(features)
    assert np.abs(difference).max() < 0.01


def test_what_has_nothing_of_any_class_is_no_class_s():
    examples, nothing = np.eye(4, dtype=np.float32), np.zeros((1, 4), np.float32)
    assert classifier.fit([examples], np.arange(4), 4).probabilities(nothing).sum() > 0.99
    fitted = fit([examples], np.arange(4), 4)
    assert fitted.probabilities(nothing).sum() < 0.8
    assert fitted.probabilities(examples).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_the_same_entries_give_the_same_weights():
    features, classes = three_clouds()
    assert np.array_equal(fit([features], classes).weights, fit([features], classes).weights)
