import numpy as np
import pytest

from faq.search import calibrate
from faq.search.calibrate import ANSWER_RANGE, SUGGEST_RANGE, Experiment
from faq.search.learning import Thresholds
from tests.faq.search.corpora import many


def experiment(*confidences: float, right: bool) -> Experiment:
    values = np.array(confidences * 40, np.float32)
    return Experiment(values, np.full(len(values), right))


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
    low = calibrate.choose(answerable, experiment(0.36, 0.40, right=False))
    high = calibrate.choose(answerable, experiment(0.50, 0.54, right=False))
    assert low.answer == pytest.approx(0.44)
    assert high.answer == pytest.approx(0.51)


def test_no_threshold_costs_more_answers_than_is_bearable():
    answerable = experiment(*np.linspace(0.45, 0.47, 10).tolist(), right=True)
    fitted = calibrate.choose(answerable, experiment(0.6, right=False))
    kept = (answerable.confidence >= fitted.answer).mean()
    assert kept >= 1 - calibrate.MOST_LOST
    hopeless = calibrate.choose(experiment(0.1, right=True), experiment(0.6, right=False))
    assert hopeless.answer == ANSWER_RANGE[0]


def test_a_large_faq_loses_one_in_seventy_of_its_right_answers_whatever_else_is_asked():
    answerable = experiment(*np.linspace(0.2, 0.9, 50).tolist(), right=True)
    assert len(answerable.right) >= calibrate.MANY_ANSWERS
    answerable.confidence[:] = np.linspace(0.40, 0.90, len(answerable.right))
    for unanswerable in (0.2, 0.6):
        fitted = calibrate.choose(answerable, experiment(unanswerable, right=False))
        lost = (answerable.confidence < fitted.answer).mean()
        assert lost == pytest.approx(1 / 70, abs=0.001)
        assert fitted.suggest <= fitted.answer - calibrate.NARROWEST_BAND + 1e-9


def test_a_large_faqs_threshold_has_its_bounds_too():
    for confidence, bound in ((0.1, 0), (0.9, 1)):
        answerable = experiment(*[confidence] * 30, right=True)
        fitted = calibrate.choose(answerable, experiment(0.4, right=False))
        assert fitted.answer == calibrate.LARGE_RANGE[bound]


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
