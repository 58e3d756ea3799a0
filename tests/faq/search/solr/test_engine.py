"""Solr proposes, the one scorer judges: what comes out is what the embedded engine gives."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from faq.models import Phrasing
from faq.search import ENGINES, search
from faq.search.base import MOST_CANDIDATES, Question
from faq.search.corpus import Corpus, Item
from faq.search.embedded import EmbeddedEngine
from faq.search.embeddings import embed
from faq.search.solr import queries
from faq.search.solr.engine import SolrEngine
from faq.search.solr.trying import tried_out
from tests.faq.search.corpora import corpus, many

pytestmark = pytest.mark.django_db


def proposed(engine: SolrEngine, question: Question) -> list[str]:
    return [question.corpus.texts[row] for row in engine.candidates(question)]


def test_is_chosen_by_setting_and_named_in_the_evidence(indexed):
    result = search("how do i get on wifi")
    assert (result.engine, result.evidence()["engine"]) == ("solr", "solr")
    assert (result.band, result.hits[0].title) == ("answer", "Connect to Wi-Fi")


def test_gives_what_the_embedded_engine_gives(indexed, settings):
    for text in (
        "forgot the password",
        "wifi laptop",
        "campus from home",
        "Vpn",
        "weather on mars",
    ):
        settings.FAQ_ENGINE = "solr"
        by_solr = search(text)
        settings.FAQ_ENGINE = "embedded"
        embedded = search(text)
        assert by_solr.engine == "solr"
        assert [h.entry_id for h in by_solr.hits] == [h.entry_id for h in embedded.hits]
        assert by_solr.hits[0].confidence == pytest.approx(embedded.hits[0].confidence)
        assert by_solr.band == embedded.band


def test_proposes_by_meaning_by_words_and_by_stems(model, link):
    with tried_out(corpus()) as engine:
        vector = embed(["internet without a cable"])[0]
        by_meaning = Question("xyzzy", vector, corpus())
        assert "Connect to Wi-Fi" in proposed(engine, by_meaning)
        by_words = Question("the VPN Client!", None, corpus())
        assert "vpn client" in proposed(engine, by_words)
        by_stems = Question("borrowing", None, corpus())
        assert proposed(engine, by_stems) == ["Borrow a laptop"]


def test_proposes_no_more_than_it_may_and_an_entry_once_a_way(link):
    large = many(60)
    with tried_out(large) as engine:
        rows = engine.candidates(Question("topic3 aspect1 question", large.vectors[16], large))
    assert 25 <= len(rows) <= MOST_CANDIDATES
    owners = large.owner[rows].tolist()
    assert max(map(owners.count, owners)) <= 2
    assert 3 in owners


def test_asks_two_queries_at_most_however_long_the_question(model, desk, link):
    question = Question("word " * 2000 + " ".join(map(str, range(500))), embed(["a"])[0], corpus())
    asked = queries.queries(question, 0.8)
    assert len(asked) == 2
    assert len(asked[0]["q"].split()) == 64
    assert all(query["rows"] == 25 and query["timeAllowed"] == 700 for query in asked)


def test_keeps_to_the_category(indexed):
    result = search("i forgot my password", categories=["network"])
    assert result.engine == "solr"
    assert {hit.category for hit in result.hits} <= {"network"}
    assert search("wifi", categories=['no"such} category']).hits == ()
    both = search("i forgot my password", categories=["network", "accounts"])
    assert both.hits[0].category == "accounts"


def exam_week(over: bool) -> Corpus:
    """Sixty entries that are over, or not yet begun, and one that counts but is not as near."""
    now = timezone.now()
    hour = timedelta(hours=1)
    when = {"valid_until": now - hour} if over else {"valid_from": now + hour}
    gone = [
        Item.of(number, [f"exam week {number}", f"the exam week number {number}"], **when)
        for number in range(60)
    ]
    still = Item.of(99, ["when are the exams"], valid_from=now - hour, valid_until=now + hour)
    return Corpus.build([*gone, still], lambda texts: list(embed(texts)))


@pytest.mark.parametrize("over", [True, False], ids=["over", "not begun"])
@pytest.mark.parametrize("way", ["by words", "by meaning"])
def test_what_does_not_count_now_hides_nothing(model, link, over, way):
    corpus = exam_week(over)
    with tried_out(corpus) as engine:
        if way == "by words":
            question = Question("when is exam week number 3", None, corpus)
        else:
            question = Question("xyzzy", embed(["exam week 3"])[0], corpus)
        assert proposed(engine, question) == ["when are the exams"]


def test_what_has_just_become_a_draft_hides_nothing(model, link):
    """The index is behind the FAQ until the keeper's next look."""
    before = exam_week(over=True)
    published = [replace(item, valid_until=None) for item in before.items]
    corpus = Corpus.build(published, lambda texts: list(embed(texts)))
    with tried_out(corpus) as engine:
        now = Corpus.build(published[-1:], lambda texts: list(embed(texts)))
        question = Question("exam week 3", embed(["exam week 3"])[0], now)
        assert proposed(engine, question) == ["when are the exams"]
        assert engine.name == "solr"


def test_a_change_is_in_the_next_answer_before_it_is_in_the_index(indexed, write):
    write("Print a poster", "a0 poster printing")
    Phrasing.objects.create(entry=indexed["vpn"], text="the blinkenlights are dark")
    for text, title in (
        ("how do i print a poster?", "Print a poster"),
        ("the blinkenlights are dark", "Set up the VPN"),
    ):
        result = search(text)
        assert (result.engine, result.hits[0].title) == ("solr", title)


def test_what_the_index_still_has_and_the_faq_has_not_is_passed_over(indexed):
    indexed["vpn"].delete()
    result = search("vpn client")
    assert result.engine == "solr"
    assert "Set up the VPN" not in [hit.title for hit in result.hits]


def test_an_empty_faq_knows_nothing_and_nobody_is_asked(model, link, db):
    result = search("wifi")
    assert (result.hits, result.engine) == ((), "solr")


# What looks like a query, and the same words without.
SYNTAX = {
    "{!func}wifi": "func wifi",
    '_query_:"{!knn f=vector topK=1}[1]" wifi': "_query_ knn f vector topK 1 wifi",
    "*:*": "",
    "*:* vpn client": "vpn client",
    "/.*wifi.*/": "wifi",
    "NOT wifi": "not wifi",
    "-wifi !vpn": "wifi vpn",
    "*ifi": "ifi",
    "?pn": "pn",
    "answer:vpn entry_id:1": "answer vpn entry_id 1",
    "vpn AND (password OR wifi)": "vpn and password or wifi",
    "vpn~2 client^100 [a TO z]": "vpn 2 client 100 a to z",
    '"lost password': "lost password",
    "lost\x00 \x07password\x1f": "lost password",
    "the OF and a": "the of and a",
    "+wifi " * 2000: "wifi " * 2000,
    "wifi && " + " ".join(f"w{i}" for i in range(2000)): "wifi "
    + " ".join(f"w{i}" for i in range(2000)),
}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_question_is_data(indexed, settings, engine):
    """What is written as a query is searched as the words in it, on either engine."""
    settings.FAQ_ENGINE = engine
    for text, words in SYNTAX.items():
        asked, plain = search(text), search(words)
        assert asked.engine == plain.engine == engine, text
        titles = [[hit.title for hit in result.hits][:1] for result in (asked, plain)]
        assert titles[0] == titles[1], text
        assert asked.band == plain.band, text


def test_an_operator_before_a_word_changes_no_part_of_its_score(indexed, settings):
    asked, plain = search("+wifi !connect -password"), search("wifi connect password")
    assert [hit.parts for hit in asked.hits] == [hit.parts for hit in plain.hits]
    assert asked.question == "+wifi !connect -password"


def test_neither_engine_proposes_anything_else_for_syntax(indexed, knowledge, link):
    """By words alone: punctuation has an embedding, hence neighbours of its own."""
    known, _ = knowledge.current()
    for text, words in SYNTAX.items():
        asked = [Question(one, None, known) for one in (text, words)]
        for engine in (SolrEngine(link), EmbeddedEngine()):
            if asked[0].tokens:
                rows = [engine.candidates(one).tolist() for one in asked]
                assert rows[0] == rows[1], text
