"""Wordings that go to another entry than their own are found, and no others."""

from dataclasses import astuple

import pytest

from faq.search import duplicates, learning, likelihood
from faq.search.duplicates import stolen
from tests.faq.search.corpora import many


@pytest.fixture
def corpus(model, desk, write, knowledge):
    write("Wireless at home", "wifi wireless connection", "how do i get on to the wifi")
    return knowledge.current()[0], desk


def test_a_wording_nearer_to_another_entry_is_stolen(corpus):
    built, desk = corpus
    found = stolen(built, 0.3)
    taken = {(wording.text, wording.taker) for wording in found}
    assert ("how do i get on to the wifi", desk["wifi"].pk) in taken
    assert all(wording.owner != wording.taker for wording in found)
    assert all(wording.confidence >= 0.3 for wording in found)
    assert "vpn client" not in {wording.text for wording in found}


def test_nothing_is_sure_enough_above_one(corpus):
    assert stolen(corpus[0], 1.01) == []


def test_it_ends_when_nobody_wants_it_any_more(corpus):
    assert stolen(corpus[0], 0.3, lambda: False) is None


def test_without_the_model_it_goes_by_words(no_model, desk, write, knowledge):
    other = write("Wireless at home", "something else", "get on wifi how do i")
    found = [astuple(one)[:3] for one in stolen(knowledge.current()[0], 0.3)]
    assert ("Wireless at home", other.pk, desk["wifi"].pk) in found


def test_what_is_left_of_a_large_faq_is_learned_as_a_large_one_is(monkeypatch):
    learnt = []

    def learn(*arguments):
        learnt.append(learning.learn(*arguments))
        return learnt[-1]

    monkeypatch.setattr(duplicates, "learn", learn)
    monkeypatch.setattr(likelihood, "FEWEST", 80)  # of 20 entries with five wordings
    stolen(many(20), 0.3)
    assert learnt
    assert all(one.each for one in learnt)
