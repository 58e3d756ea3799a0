"""A service that is away keeps nobody waiting, and is tried in the background."""

import pytest
from prometheus_client import REGISTRY

from faq.search import breaker as breakers
from faq.search.breaker import FIRST_REST, LONGEST_REST, Breaker


@pytest.fixture
def clock(monkeypatch):
    """The time, in seconds, as the test sets it."""
    now = [100.0]
    monkeypatch.setattr(breakers.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def trials() -> list[None]:
    return []


@pytest.fixture
def breaker(clock, trials) -> Breaker:
    return Breaker("Solr", lambda: trials.append(None))


def test_lets_questions_through_until_one_fails(breaker):
    assert breaker.allows()
    breaker.failed("no connection")
    assert not breaker.allows()
    assert breaker.reason == "no connection"


def test_one_trial_is_made_after_a_rest_and_no_question_goes_along(breaker, clock, trials):
    breaker.failed("no connection")
    assert (breaker.allows(), trials) == (False, [])
    clock[0] += FIRST_REST
    assert [breaker.allows() for _ in range(5)] == [False] * 5
    assert len(trials) == 1


def test_a_trial_that_goes_well_closes_it(breaker, caplog):
    breaker.failed("no connection")
    breaker.succeeded(trial=True)
    assert breaker.allows()
    assert "answers again" in caplog.text


def test_a_late_answer_to_an_earlier_question_does_not_close_it(breaker):
    breaker.failed("no answer in time")
    breaker.succeeded()
    assert not breaker.allows()


def test_the_rests_grow_while_it_stays_away(breaker, clock, trials):
    waits = []
    for _ in range(7):
        breaker.failed("no connection")
        started = clock[0]
        while len(trials) == len(waits):
            clock[0] += 0.5
            breaker.allows()
        waits.append(clock[0] - started)
    assert waits[0] == FIRST_REST
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_REST


def test_the_rests_grow_where_trials_go_well_and_questions_do_not(breaker, clock, trials):
    for _ in range(3):
        breaker.failed("HTTP 500")
        breaker.succeeded(trial=True)
    breaker.failed("HTTP 500")
    clock[0] += 2 * FIRST_REST
    assert (breaker.allows(), trials) == (False, [])


def test_an_answered_question_makes_the_rest_short_again(breaker, clock, trials):
    for _ in range(4):
        breaker.failed("HTTP 500")
        breaker.succeeded(trial=True)
    breaker.succeeded()
    breaker.failed("HTTP 500")
    clock[0] += FIRST_REST
    breaker.allows()
    assert len(trials) == 1


def test_metrics_say_whether_it_is_open(breaker):
    def away() -> float | None:
        return REGISTRY.get_sample_value("helpdesk_engine_away", {"engine": "solr"})

    assert away() == 0
    breaker.failed("no connection")
    assert away() == 1
    breaker.succeeded(trial=True)
    assert away() == 0


def test_says_once_that_it_opened_and_never_what_was_asked(breaker, caplog):
    breaker.failed("no connection")
    breaker.failed("no connection")
    assert caplog.text.count("Solr is away") == 1
