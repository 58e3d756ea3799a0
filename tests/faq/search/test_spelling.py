"""Typos and abbreviations, put right by what the FAQ itself says."""

import pytest

from faq.search import search
from faq.search.spelling import distance, in_known_words
from tests.faq.search.corpora import WORDINGS, words_only

AGAINST = words_only({**WORDINGS, "Order a transcript": ["official transcript of records"]})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("where r u", "where are you"),
        ("i forgot my pasword", "i forgot my password"),
        ("I forgot my PASWORD!", "I forgot my password!"),
        ("borow a labtop", "borrow a laptop"),
        ("wireles netwrok", "wireless network"),
        ("transcirpt", "transcript"),
        ("tarnscipt", "transcript"),
        ("nwe pw pls", "nwe password please"),
    ],
)
def test_becomes_what_was_meant(model, asked, expected):
    assert in_known_words(asked, AGAINST) == expected


@pytest.mark.parametrize(
    "text",
    [
        "my password",
        "bake me a chocolate cake",
        "house",
        "pass word",
        "room 4711b",
        "日本語",
        "",
        "?!",
    ],
)
def test_plain_words_stay(model, text):
    assert in_known_words(text, AGAINST) == text


def test_without_the_model_nobody_knows_what_a_plain_word_is(no_model):
    assert in_known_words("i forgot my pasword", AGAINST) == "i forgot my pasword"


def test_a_word_that_the_faq_knows_is_no_abbreviation(model):
    against = words_only({"PW protocol": ["what is pw"], "Reset a password": ["lost password"]})
    assert in_known_words("pw", against) == "pw"


def test_an_admins_synonyms_come_before_the_common_ones(model):
    assert in_known_words("pw", AGAINST, {"pw": "power"}) == "power"
    assert in_known_words("the tube", AGAINST, {"tube": "vpn"}) == "the vpn"


@pytest.mark.parametrize(
    ("one", "other", "typos"),
    [("abcd", "abcd", 0), ("abcd", "abdc", 1), ("abcd", "abd", 1), ("abcd", "xabcd", 1),
     ("abcd", "axcy", 2), ("", "ab", 2)],
)  # fmt: skip
def test_distance_counts_single_letters_and_swaps(one, other, typos):
    assert distance(one, other, 3) == distance(other, one, 3) == typos


def test_distance_gives_up_above_the_most_that_counts():
    assert distance("abcdefgh", "stuvwxyz", 2) == 3


def test_a_search_is_for_what_was_meant(model, desk):
    assert search("i forgto my pasword").hits[0].title == "Reset a password"
