import math

import pytest

from faq.search.words import MOST_TOKENS, WordIndex, tokens

DOCUMENTS = [tokens(text) for text in ("get on the wifi", "the vpn", "the printer is out of ink")]


def test_tokens_are_distinct_lower_cased_words_in_their_order():
    assert tokens("Reset MY password, my Password!") == ("reset", "my", "password")


def test_tokens_are_limited():
    assert len(tokens(" ".join(f"word{i}" for i in range(1100)))) == MOST_TOKENS


@pytest.mark.parametrize("text", ["", "   ", "?! ... *:*"])
def test_text_without_words_has_no_tokens(text):
    assert tokens(text) == ()


def test_a_document_that_says_just_the_question_reaches_all_of_it():
    shares = WordIndex(DOCUMENTS).shares(("the", "vpn"))
    assert shares[1] == pytest.approx(1)
    assert shares[0] < 0.2


def test_bm25_as_in_the_book():
    index = WordIndex(DOCUMENTS)
    mean = (4 + 2 + 6) / 3
    rarity = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / mean))
    reach = rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1 / mean))
    assert index.shares(("wifi",))[0] == pytest.approx(expected / reach)


def test_words_that_no_document_has_lower_what_is_reached():
    index = WordIndex(DOCUMENTS)
    assert index.shares(("wifi", "martian"))[0] < index.shares(("wifi",))[0]
    assert not index.shares(("martian",)).any()


def test_frequent_words_come_first():
    assert WordIndex(DOCUMENTS).frequent(1) == ["the"]


def test_an_index_of_nothing_finds_nothing():
    assert WordIndex([]).shares(("wifi",)).shape == (0,)
    assert WordIndex([()]).shares(()).tolist() == [0]
