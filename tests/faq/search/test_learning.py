from dataclasses import replace

import numpy as np

from faq.search.learning import WORD_FEATURES, WORD_WEIGHT, WordFeatures, learn
from tests.faq.search.corpora import WORDINGS, many, words_only


def test_one_entry_leaves_nothing_to_learn():
    assert learn(words_only({"Connect to Wi-Fi": ["wifi"]})) is None
    assert learn(words_only({})) is None


def test_learned_from_words_alone_it_knows_the_entry():
    corpus = words_only()
    chances = learn(corpus).probabilities(None, ("lost", "password"))
    assert corpus.items[int(chances.argmax())].title == "Reset a password"


def test_learned_from_meaning_alone_it_knows_the_entry():
    corpus = many(20)
    chances = learn(corpus).probabilities(corpus.vectors[51], ())
    assert int(chances.argmax()) == corpus.owner[51]


def test_what_was_learned_fits_until_a_wording_changes():
    learned = replace(learn(words_only()), calibrated=True)
    assert learned.fits(words_only())
    assert not learned.fits(words_only({**WORDINGS, "Set up the VPN": ["tunnel"]}))
    assert not learned.fits(words_only({**WORDINGS, "New": ["entry"]}))
    assert not replace(learned, calibrated=False).fits(words_only())


def test_unknown_words_make_the_row_of_words_shorter():
    features = WordFeatures(words_only().words)
    known, half = features.row(("password",)), features.row(("password", "martian"))
    assert known.shape == (WORD_FEATURES,)
    assert np.isclose(np.linalg.norm(known), WORD_WEIGHT)
    assert 0 < np.linalg.norm(half) < np.linalg.norm(known)
    assert not features.row(()).any()
