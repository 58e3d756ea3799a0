from dataclasses import astuple

import pytest

from faq.search import fitting
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

    monkeypatch.setattr(fitting, "calibrate", counted)
    return calibrated


def always():
    return True


def test_what_was_fitted_once_is_known_from_then_on(fits):
    first = fitting.thresholds(many(20), always)
    assert astuple(fitting.thresholds(many(20), always)) == astuple(first)
    assert fits == [100]


@pytest.mark.parametrize("other", [many(20, noise=0.5), many(20, phrasings=6), many(21)])
def test_other_entries_wordings_or_embeddings_are_fitted_anew(fits, other):
    fitting.thresholds(many(20), always)
    fitting.thresholds(other, always)
    assert len(fits) == 2


def test_what_other_code_fitted_is_fitted_anew(fits, monkeypatch):
    fitting.thresholds(many(20), always)
    monkeypatch.setattr(fitting, "_code", lambda: b"of tomorrow")
    fitting.thresholds(many(20), always)
    assert len(fits) == 2


def test_an_interrupted_fit_is_not_kept(fits):
    assert fitting.thresholds(many(20), lambda: False) is None
    assert fitting.thresholds(many(20), always) is not None
    assert len(fits) == 2


def test_a_damaged_file_and_a_missing_folder_only_cost_time(fits, settings, tmp_path):
    (tmp_path / "thresholds.json").write_text('{"half": [')
    first = fitting.thresholds(many(20), always)
    settings.MODELS_DIR = tmp_path / "nowhere"
    assert fitting.thresholds(many(20), always) == first
    assert len(fits) == 2


def test_for_a_few_entries_nothing_is_written(fits, tmp_path):
    fitting.thresholds(words_only(), always)
    assert list(tmp_path.iterdir()) == []
