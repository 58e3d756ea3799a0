import numpy as np

from faq.search import embeddings
from faq.search.learning import (
    WORD_FEATURES,
    WORD_WEIGHT,
    WordFeatures,
    WordRows,
    learn,
)
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


def test_an_entry_is_known_until_a_wording_changes():
    learned = learn(words_only())
    assert learned.knows(words_only())
    assert not learned.knows(words_only({**WORDINGS, "Set up the VPN": ["tunnel"]}))
    assert not learned.knows(words_only({**WORDINGS, "New": ["entry"]}))


def test_which_words_there_are_is_learned_beside_what_they_mean(model):
    """Two entries of the same meaning by construction, told apart by their words alone."""
    same = corpus({"Checking": ["checking balance"], "Savings": ["savings balance"]})
    same.vectors[:] = same.vectors[0]
    learned = learn(same)
    surface = embeddings.surface(["the checking balances"])[0]
    chances = learned.probabilities(same.vectors[0], surface, ())
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
