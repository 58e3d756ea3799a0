import numpy as np

from faq.search import likelihood, universal
from faq.search.beside import beside
from faq.search.learning import (
    WORD_FEATURES,
    WORD_WEIGHT,
    WordFeatures,
    WordRows,
    learn,
)
from faq.search.quantized import Quantized
from tests.faq.search.corpora import WORDINGS, corpus, many, words_only


def test_one_entry_leaves_nothing_to_learn():
    assert learn(words_only({"Connect to Wi-Fi": ["wifi"]})) is None
    assert learn(words_only({})) is None


def test_learned_from_words_alone_it_knows_the_entry():
    small = words_only()
    chances = learn(small).probabilities(None, None, ("lost", "password"))
    assert small.items[int(chances.argmax())].title == "Reset a password"


def test_learned_from_meaning_alone_it_knows_the_entry():
    clouds = many(20)
    chances = learn(clouds).probabilities(clouds.vectors[51], None, ())
    assert int(chances.argmax()) == clouds.owner[51]


def test_in_a_large_faq_the_probability_is_a_mean_of_two(monkeypatch):
    small = learn(many(20))
    monkeypatch.setattr(likelihood, "FEWEST", 0)
    large = learn(many(20))
    assert small.each is None
    vector = many(20).vectors[51]
    features = np.concatenate([vector, np.zeros(896), large.words.row(())]).astype(np.float32)
    alone = large.each.probabilities(features[None])[0]
    together = 0.5 * small.probabilities(vector, None, ()) + 0.5 * alone
    assert np.allclose(large.probabilities(vector, None, ()), together, atol=1e-5)
    stranger = -many(20).vectors[:].mean(axis=0)
    assert small.probabilities(stranger, None, ()).sum() > 0.999
    assert large.probabilities(stranger, None, ()).sum() < 0.9


def test_likelihood_and_a_regression_an_entry_are_of_many_embedded_wordings(monkeypatch):
    monkeypatch.setattr(likelihood, "FEWEST", 80)
    assert learn(many(20)).each
    assert learn(many(20)).likelihood
    few = learn(many(19, phrasings=5))
    assert few.each is None
    assert few.likelihood is None
    not_yet = many(20)
    not_yet.embedded[7] = False
    assert learn(not_yet).each is None


def test_an_entry_is_known_until_a_wording_changes():
    learned = learn(words_only())
    assert learned.knows(words_only())
    assert not learned.knows(words_only({**WORDINGS, "Set up the VPN": ["tunnel"]}))
    assert not learned.knows(words_only({**WORDINGS, "New": ["entry"]}))


def test_the_encoder_that_comes_later_is_something_new_to_learn(monkeypatch):
    learned = learn(words_only())
    assert learned.knows(words_only())
    there = universal.is_used()
    monkeypatch.setattr(universal, "is_used", lambda: not there)
    assert not learned.knows(words_only())


def test_embeddings_that_come_later_are_something_new_to_learn(model):
    assert not learn(words_only()).knows(corpus())
    assert learn(corpus()).knows(corpus())


def test_which_words_there_are_is_learned_beside_what_they_mean(model):
    """Two entries of the same meaning by construction, told apart by their words alone."""
    same = corpus({"Checking": ["checking balance"], "Savings": ["savings balance"]})
    same.vectors = Quantized.of(np.repeat(same.vectors[:1], len(same.texts), axis=0))
    learned = learn(same)
    seen = beside(["the checking balances"])[0]
    chances = learned.probabilities(same.vectors[0], seen, ())
    assert same.items[int(chances.argmax())].title == "Checking"


def test_rows_of_words_are_those_of_their_texts():
    against = words_only()
    features = WordFeatures(against.words)
    texts = [words for item in against.items for words in item.words]
    rows = np.array([3, 0, 3, 5])
    expected = [features.row(texts[row]) for row in rows]
    assert np.array_equal(WordRows(features, texts)[rows], np.array(expected))


def test_unknown_words_make_the_row_of_words_shorter():
    features = WordFeatures(words_only().words)
    known, half = features.row(("password",)), features.row(("password", "martian"))
    assert known.shape == (WORD_FEATURES,)
    assert np.isclose(np.linalg.norm(known), WORD_WEIGHT)
    assert 0 < np.linalg.norm(half) < np.linalg.norm(known)
    assert not features.row(()).any()
