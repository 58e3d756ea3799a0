from dataclasses import astuple

import numpy as np
import pytest

from faq.search import kept, learning, universal
from faq.search.calibrate import calibrate
from tests.faq.search.corpora import many, words_only


@pytest.fixture
def fits(settings, tmp_path, monkeypatch):
    """How many questions each calibration had; nothing is kept yet."""
    settings.MODELS_DIR = tmp_path
    calibrated = []

    def counted(corpus, wanted):
        calibrated.append(len(corpus.texts))
        return calibrate(corpus, wanted)

    monkeypatch.setattr(kept, "calibrate", counted)
    return calibrated


def always():
    return True


def test_what_was_fitted_once_is_known_from_then_on(fits):
    first = kept.thresholds(many(20), always)
    assert astuple(kept.thresholds(many(20), always)) == astuple(first)
    assert fits == [100]


@pytest.mark.parametrize("other", [many(20, noise=0.5), many(20, phrasings=6), many(21)])
def test_other_entries_wordings_or_embeddings_are_fitted_anew(fits, other):
    kept.thresholds(many(20), always)
    kept.thresholds(other, always)
    assert len(fits) == 2


def test_what_other_code_fitted_is_fitted_anew(fits, monkeypatch):
    kept.thresholds(many(20), always)
    monkeypatch.setattr(kept, "_code", lambda: b"of tomorrow")
    kept.thresholds(many(20), always)
    assert len(fits) == 2


def test_what_was_fitted_without_the_encoder_is_fitted_anew_with_it(fits, monkeypatch):
    for used in (False, True, False):
        monkeypatch.setattr(universal, "is_used", lambda used=used: used)
        kept.thresholds(many(20), always)
    assert len(fits) == 2


def test_an_interrupted_fit_is_not_kept(fits):
    assert kept.thresholds(many(20), lambda: False) is None
    assert kept.thresholds(many(20), always) is not None
    assert len(fits) == 2


def test_a_damaged_file_and_a_missing_folder_only_cost_time(fits, settings, tmp_path):
    (tmp_path / "thresholds.json").write_text('{"half": [')
    first = kept.thresholds(many(20), always)
    settings.MODELS_DIR = tmp_path / "nowhere"
    assert kept.thresholds(many(20), always) == first
    assert len(fits) == 2


def test_for_a_few_entries_nothing_is_written(fits, tmp_path):
    kept.thresholds(words_only(), always)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def learns(settings, tmp_path, monkeypatch):
    """How many texts each learning had; nothing is kept yet."""
    settings.MODELS_DIR = tmp_path
    learned = []

    def counted(corpus):
        learned.append(len(corpus.texts))
        return learn(corpus)

    learn = learning.learn
    monkeypatch.setattr(learning, "learn", counted)
    return learned


def as_arrays(learned):
    return [
        learned.classifier.weights,
        *(astuple(learned.likelihood) if learned.likelihood else ()),
        *(astuple(learned.each) if learned.each else ()),
    ]


@pytest.mark.parametrize("corpus", [many(20), words_only(), many(20, phrasings=200)])
def test_what_was_learned_once_is_known_from_then_on(learns, corpus):
    first, then = kept.learned(corpus), kept.learned(corpus)
    assert len(learns) == 1
    assert all(map(np.array_equal, as_arrays(first), as_arrays(then)))
    assert then.knows(corpus)
    assert then.words.columns == first.words.columns
    assert (then.likelihood is None) == (first.likelihood is None)
    assert (then.each is None) == (first.each is None)


def test_other_wordings_are_learned_anew(learns):
    kept.learned(many(20))
    kept.learned(many(20, phrasings=6))
    assert learns == [100, 120]


def test_a_damaged_file_of_what_was_learned_only_costs_time(learns, tmp_path):
    kept.learned(many(20))
    (path,) = (tmp_path / "learned").iterdir()
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[: len(whole) // 2], b"rubbish" * 100):
        path.write_bytes(damaged)
        assert kept.learned(many(20)) is not None
    assert len(learns) == 5


def test_the_oldest_of_what_was_learned_go(learns, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST_LEARNED", 2)
    for entries in (20, 21, 22, 20, 22):
        kept.learned(many(entries))
    assert learns == [100, 105, 110, 100]
    assert len(list((tmp_path / "learned").iterdir())) == 2


def test_nothing_is_learned_where_there_is_nothing_to_tell_apart(learns, tmp_path):
    assert kept.learned(many(1)) is None
    assert list(tmp_path.iterdir()) == []
