import numpy as np
import pytest

from faq.search import calibrate, learning, likelihood
from faq.search.calibrate import ANSWER_RANGE, SUGGEST_RANGE, Experiment
from faq.search.learning import Thresholds
from tests.faq.search.corpora import many


def experiment(*confidences: float, right: bool) -> Experiment:
    values = np.array(confidences * 40, np.float32)
    return Experiment(values, np.full(len(values), right))


def choose(answerable, unanswerable, large: bool = False) -> Thresholds:
    return calibrate.choose(answerable, unanswerable, large)


def test_a_small_faq_keeps_the_defaults():
    assert calibrate.calibrate(many(5)) == Thresholds(answer=0.50, suggest=0.30)


def test_entries_of_one_wording_say_nothing_of_what_is_answerable():
    assert calibrate.calibrate(many(40, phrasings=1)) == Thresholds()


def test_fitted_thresholds_stay_in_their_ranges_and_order():
    fitted = calibrate.calibrate(many(20))
    assert ANSWER_RANGE[0] <= fitted.answer <= ANSWER_RANGE[1]
    assert SUGGEST_RANGE[0] <= fitted.suggest <= SUGGEST_RANGE[1]
    assert fitted.suggest < fitted.answer


def test_the_same_entries_give_the_same_thresholds():
    assert calibrate.calibrate(many(15)) == calibrate.calibrate(many(15))


def test_confident_answers_to_the_unanswerable_raise_the_threshold():
    answerable = experiment(0.9, 0.8, right=True)
    low = choose(answerable, experiment(0.36, 0.40, right=False))
    high = choose(answerable, experiment(0.50, 0.54, right=False))
    assert low.answer == pytest.approx(0.44)
    assert high.answer == pytest.approx(0.51)


def test_no_threshold_costs_more_answers_than_is_bearable():
    answerable = experiment(*np.linspace(0.45, 0.47, 10).tolist(), right=True)
    fitted = choose(answerable, experiment(0.6, right=False))
    kept = (answerable.confidence >= fitted.answer).mean()
    assert kept >= 1 - calibrate.MOST_LOST
    hopeless = choose(experiment(0.1, right=True), experiment(0.6, right=False))
    assert hopeless.answer == ANSWER_RANGE[0]


@pytest.mark.parametrize(("large", "lowest"), [(False, 0.40), (True, 0.35)])
def test_of_many_right_answers_one_in_seventy_is_lost_whatever_else_is_asked(large, lowest):
    answerable = experiment(*np.linspace(0.2, 0.9, 50).tolist(), right=True)
    assert len(answerable.right) >= calibrate.MANY_ANSWERS
    answerable.confidence[:] = np.linspace(lowest, 0.90, len(answerable.right))
    for unanswerable in (0.2, 0.6):
        fitted = choose(answerable, experiment(unanswerable, right=False), large)
        lost = (answerable.confidence < fitted.answer).mean()
        assert lost == pytest.approx(1 / 70, abs=0.001)
        assert fitted.suggest <= fitted.answer - calibrate.NARROWEST_BAND + 1e-9


@pytest.mark.parametrize(
    ("large", "bounds"), [(False, calibrate.MANY_RANGE), (True, calibrate.LARGE_RANGE)]
)
def test_with_many_right_answers_the_threshold_has_its_bounds_too(large, bounds):
    for confidence, bound in zip((0.1, 0.9), bounds, strict=True):
        answerable = experiment(*[confidence] * 30, right=True)
        assert choose(answerable, experiment(0.4, right=False), large).answer == bound


def test_the_parts_of_a_large_faq_are_learned_as_a_large_one_is(monkeypatch):
    """Their confidences are lower, by which the thresholds are set."""
    learnt, chosen = [], []

    def learn(*arguments):
        learnt.append(learning.learn(*arguments))
        return learnt[-1]

    monkeypatch.setattr(calibrate, "learn", learn)
    monkeypatch.setattr(calibrate, "choose", lambda *told: chosen.append(told[2]))
    # As many as 20 entries of five wordings have, and each fold has fewer.
    monkeypatch.setattr(likelihood, "FEWEST", 80)
    calibrate.calibrate(many(20))
    assert len(learnt) == calibrate.FOLDS
    assert all(one.each and one.likelihood for one in learnt)
    learnt.clear()
    monkeypatch.setattr(likelihood, "FEWEST", 81)
    calibrate.calibrate(many(20))
    assert not any(one.each or one.likelihood for one in learnt)
    assert chosen == [True, False]


def test_a_phrasing_is_left_out_once_and_never_an_entrys_only_one():
    corpus = many(12, phrasings=3)
    left_out = np.sum(list(calibrate.phrasing_folds(corpus)), axis=0)
    assert left_out.max() == 1
    assert not np.sum(list(calibrate.phrasing_folds(many(12, phrasings=1))), axis=0).any()


def test_entries_are_left_out_whole_and_each_once():
    corpus = many(12)
    for fold in calibrate._entry_folds(corpus):
        by_entry = [set(fold[corpus.owner == item]) for item in range(12)]
        assert all(len(values) == 1 for values in by_entry)
    assert (np.sum(list(calibrate._entry_folds(corpus)), axis=0) == 1).all()


def test_what_is_no_longer_wanted_is_given_up():
    asked = iter([True, True, False])
    assert calibrate.calibrate(many(12), lambda: next(asked, False)) is None
