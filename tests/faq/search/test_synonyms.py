"""What people say and what the FAQ says."""

import pytest

from faq.models import Synonym
from faq.search import search
from faq.search.synonyms import Synonyms

PAIRS = [("wlan", "wifi"), ("wireless lan", "wifi"), ("lan", "network"), ("c++", "cpp")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("How do I get on WLAN?", "How do I get on wifi?"),
        ("wireless\n LAN please", "wifi please"),
        ("the lan cable", "the network cable"),
        ("wlans and planes", "wlans and planes"),
        ("c++ courses", "cpp courses"),
        ("", ""),
    ],
)
def test_whole_words_are_replaced_the_longest_first(text, meant):
    assert Synonyms(PAIRS).applied(text) == meant


def test_nothing_is_replaced_twice():
    assert Synonyms([("a", "b"), ("b", "a")]).applied("a b") == "b a"


def test_without_any_a_question_stays_as_it_is():
    assert Synonyms([]).applied("wlan") == "wlan"


@pytest.mark.django_db
def test_an_edit_counts_from_the_next_question_on(model, desk, knowledge):
    search("hello")
    knowledge.settle()
    assert search("frobnicator trouble").band == "none"
    synonym = Synonym.objects.create(said="frobnicator", meant="vpn client")
    result = search("Frobnicator trouble")
    assert result.hits[0].title == "Set up the VPN"
    assert result.band != "none"
    synonym.delete()
    assert search("frobnicator trouble").band == "none"


@pytest.mark.django_db
def test_an_admin_edits_them(dans_browser):
    page = "/admin/faq/synonym/add/"
    dans_browser.post(page, {"said": " WLAN ", "meant": "wifi"})
    assert Synonym.objects.get().said == "wlan"
    for said, meant in (("wlan", "network"), ("wifi", "WIFI"), ("?", "wifi")):
        answer = dans_browser.post(page, {"said": said, "meant": meant})
        assert answer.context["adminform"].form.errors
    assert Synonym.objects.count() == 1
