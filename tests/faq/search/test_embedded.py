import numpy as np
import pytest

from faq.search.base import MOST_CANDIDATES, Question
from faq.search.corpus import Corpus
from faq.search.embedded import EmbeddedEngine
from faq.search.embeddings import embed
from tests.faq.search.corpora import corpus, many, words_only


def proposed(question: Question) -> list[str]:
    return [question.corpus.texts[row] for row in EmbeddedEngine().candidates(question)]


def test_proposes_by_words_what_says_the_same_words():
    assert "vpn client" in proposed(Question("install the vpn client", None, words_only()))


def test_proposes_by_meaning_what_shares_no_word(model):
    text = "internet without a cable"
    assert "Connect to Wi-Fi" in proposed(Question(text, embed([text])[0], corpus()))


def test_proposes_nothing_where_no_word_is_known():
    assert proposed(Question("martian weather", None, words_only())) == []


def test_proposes_no_more_than_it_may_and_an_entry_once_a_way():
    large = many(200)
    question = Question("topic3 aspect1 question", large.vectors[16], large)
    rows = EmbeddedEngine().candidates(question)
    assert len(rows) <= MOST_CANDIDATES
    assert max(np.bincount(large.owner[rows])) <= 2
    assert 3 in large.owner[rows]


def test_keeps_to_the_part_of_some_categories():
    whole = words_only()
    inside = Question("lost password", None, whole.of(frozenset(["it"])))
    outside = Question("lost password", None, whole.of(frozenset(["library"])))
    assert "lost password" in proposed(inside)
    assert proposed(outside) == []


@pytest.mark.parametrize("vector", [None, np.ones(384, np.float32)])
def test_an_empty_faq_has_no_candidates(vector):
    empty = Corpus.build([], lambda texts: [])
    assert len(EmbeddedEngine().candidates(Question("wifi", vector, empty))) == 0
