import numpy as np
import pytest

from faq.search import likelihood
from faq.search.base import Question
from faq.search.embedded import EmbeddedEngine
from faq.search.embeddings import embed
from faq.search.learning import learn
from faq.search.scoring import best_row, judge
from tests.faq.search.corpora import WORDINGS, corpus, words_only


def asked(text: str, against, learned=None):
    question = Question(text, embed([text])[0], against)
    return judge(question, EmbeddedEngine().candidates(question), learned)


def title(against, scored) -> str:
    return against.items[scored.item].title


def test_the_score_is_the_weighted_sum_of_its_parts(model):
    against = corpus()
    best = asked("how can i get the wifi", against, learn(against))[0]
    assert title(against, best) == "Connect to Wi-Fi"
    assert best.confidence == pytest.approx(
        0.45 * best.cosine + 0.15 * best.bm25 + 0.40 * best.probability
    )


def test_of_a_large_faq_the_likelihood_is_a_part_too(model, monkeypatch):
    monkeypatch.setattr(likelihood, "FEWEST", 0)
    against = corpus()
    best = asked("how can i get the wifi", against, learn(against))[0]
    assert title(against, best) == "Connect to Wi-Fi"
    parts = 0.40 * best.cosine + 0.10 * best.bm25 + 0.40 * best.probability
    assert best.confidence == pytest.approx((parts + 0.20 * best.likelihood) / 1.10)


def test_without_all_embeddings_nothing_is_said_of_likelihood(model, monkeypatch):
    monkeypatch.setattr(likelihood, "FEWEST", 0)
    assert learn(words_only()).likelihood is None


def test_the_cosine_is_that_of_the_best_and_of_the_best_three(model):
    against = corpus()
    best = asked("i forgot my password", against)[0]
    vector = embed(["i forgot my password"])[0]
    cosines = np.sort((against.vectors @ vector)[against.owner == best.item])
    assert best.cosine == pytest.approx(0.6 * cosines[-1] + 0.4 * cosines[-3:].mean(), abs=1e-5)


def test_before_anything_is_learned_the_other_parts_share_its_weight(model):
    best = asked("i forgot my password", corpus())[0]
    assert best.probability is None
    assert best.confidence == pytest.approx((0.45 * best.cosine + 0.15 * best.bm25) / 0.6)


def test_an_entry_whose_wordings_changed_is_judged_without_what_was_learned(model):
    learned = learn(corpus())
    changed = corpus({**WORDINGS, "Set up the VPN": ["tunnel into the university"]})
    found = asked("tunnel into the university", changed, learned)
    by_title = {title(changed, one): one for one in found}
    assert by_title["Set up the VPN"].probability is None
    assert by_title["Set up the VPN"].confidence > 0.6
    assert by_title["Reset a password"].probability is not None


def test_words_alone_give_a_confidence_too():
    against = words_only()
    question = Question("vpn client", None, against)
    best = judge(question, EmbeddedEngine().candidates(question), None)[0]
    assert title(against, best) == "Set up the VPN"
    assert best.confidence == pytest.approx(1)


def test_the_order_does_not_depend_on_which_of_an_entrys_phrasings_was_proposed(model):
    against = corpus()
    question = Question("wifi", embed(["wifi"])[0], against)
    first_rows, last_rows = against.starts[:-1], against.starts[1:] - 1
    assert judge(question, first_rows, None) == judge(question, last_rows, None)


def test_the_best_phrasing_is_named(model):
    against = corpus()
    text = "my laptop needs the wireless network"
    best = asked(text, against)[0]
    question = Question(text, embed([text])[0], against)
    assert against.texts[best_row(question, best.item)] == "wireless network on my laptop"


def test_confidence_stays_within_0_and_1(model):
    against = corpus()
    for text in ("i forgot my password", "zzz qqq", "the the the"):
        assert all(0 <= one.confidence <= 1 for one in asked(text, against, learn(against)))
