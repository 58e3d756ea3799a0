import numpy as np

from faq.search.corpus import Corpus, Item, Rows
from tests.faq.search.corpora import items, words_only


def test_the_same_wording_counts_once_and_the_first_spelling_stays():
    assert Item.of(1, ["Wi-Fi", "on the wifi", "wi-fi", "On  the wifi"]).texts == (
        "Wi-Fi",
        "on the wifi",
    )


def test_the_rows_of_an_entry_lie_together():
    corpus = words_only()
    for number, item in enumerate(corpus.items):
        rows = slice(corpus.starts[number], corpus.starts[number + 1])
        assert tuple(corpus.texts[rows]) == item.texts
        assert set(corpus.owner[rows]) == {number}


def test_what_has_no_embedding_yet_is_known_as_such():
    vector = np.full(384, 384**-0.5, np.float32)
    corpus = Corpus.build(
        items(), lambda texts: [vector if text == "vpn client" else None for text in texts]
    )
    assert corpus.embedded.sum() == 1
    assert np.array_equal(corpus.known("vpn client"), vector)
    assert corpus.known("lost password") is None
    assert corpus.known("never heard of") is None


def test_rows_of_an_array_stay_where_they_are():
    whole = np.arange(12, dtype=np.float32).reshape(4, 3)
    some = Rows(whole, np.array([2, 0]))
    assert some.shape == (2, 3)
    assert np.array_equal(some[np.array([1, 0])], whole[[0, 2]])
    assert np.array_equal(some @ np.ones(3, np.float32), whole[[2, 0]].sum(axis=1))


def test_an_empty_faq_is_a_corpus_too():
    empty = Corpus.build([], lambda texts: [])
    assert empty.texts == []
    assert empty.vectors.shape == (0, 384)
