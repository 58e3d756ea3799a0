"""A turn of the bot's in the admin: what the search said, part by part, and what else decided."""

import pytest

from chat.bot import faq
from faq.search import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("models")]
TURN = "/admin/chat/botturn/{}/change/"


def page(browser, turn) -> str:
    return browser.get(TURN.format(turn.pk)).content.decode()


def test_a_turn_shows_its_search_as_the_try_it_page_does(wifi, asked, dans_browser):
    question = "how can i get on wifi"
    turn = asked(question, band="answer", evidence=faq.evidence(search(question)), confidence=0.9)
    shown = page(dans_browser, turn)
    for words in (
        "The bot sends the first answer.", "Connect to Wi-Fi", "how do i get on wifi",
        "meaning (cosine)", "words (BM25)", "Answers from 0.", "suggests from 0.",
    ):  # fmt: skip
        assert words in shown, words


def test_a_turn_shows_what_else_decided(asked, dans_browser):
    model = {"wrote": "<b>Ask Carol</b>", "guard": "no link of its sources"}
    shown = page(dans_browser, asked("hello", band="", evidence={"rule": "thanks", "model": model}))
    for words in ("thanks", "model guard", "no link of its sources", "&lt;b&gt;Ask Carol"):
        assert words in shown, words


@pytest.mark.parametrize(
    "evidence", [None, {}, {"search": {}}, {"search": {"hits": [{"title": "x"}]}}]
)
def test_a_record_of_another_time_is_shown_as_far_as_it_goes(asked, dans_browser, evidence):
    assert "Nothing was searched." in page(dans_browser, asked("x", band="", evidence=evidence))


def test_a_conversation_shows_what_was_said_with_the_reason_beside_it(wifi, asked, dans_browser):
    turn = asked("wifi", band="answer", entry=wifi, confidence=0.75, feedback="up")
    turn.conversation.messages.create(
        seq=turn.question_seq, author_kind="customer", author_key="x", client_id="x", body="<wifi>"
    )
    address = f"/admin/chat/conversation/{turn.conversation_id}/change/"
    shown = dans_browser.get(address).content.decode()
    for words in ("&lt;wifi&gt;", "Connect to Wi-Fi", "0.75", "helpful", TURN.format(turn.pk)):
        assert words in shown, words
