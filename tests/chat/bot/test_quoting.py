"""An entry's own sentences beside "did you mean": word for word, and only where they are near."""

import pytest

from chat.bot import faq, quoting
from faq.search.embeddings import ModelMissing
from tests.chat.bot.conftest import hit

LAPTOPS = hit(
    "Borrow a laptop",
    "1. Reserve at least one day ahead.\n2. Bring your ID card.\n\nLoans are free for 14 days and "
    "can be extended once, e.g. by e-mail. Late returns cost $5 a day.",
    0.4,
    3,
)
PRINTING = hit(
    "Set up campus printing", "Download the installer. Print to `campus-print`.", 0.35, 4
)
SEMESTER = "Can I borrow a laptop for my whole exchange semester?"
LOANS = "Loans are free for 14 days and can be extended once, e.g. by e-mail."


def test_an_answer_is_taken_apart_into_its_sentences_and_items_as_they_stand():
    assert quoting.sentences(LAPTOPS.answer) == [
        "Reserve at least one day ahead.",
        "Bring your ID card.",
        LOANS,
        "Late returns cost $5 a day.",
    ]


def test_the_sentences_nearest_to_the_question_are_quoted(models):
    found = quoting.quote(SEMESTER, [PRINTING, LAPTOPS])
    assert found.hit is LAPTOPS
    assert LOANS in found.text
    assert all(part in LAPTOPS.answer for part in found.text.split(" … "))


def test_what_is_not_near_is_not_quoted(models):
    assert quoting.quote("Who won the match yesterday?", [PRINTING, LAPTOPS]) is None
    assert quoting.quote(SEMESTER, []) is None


def test_without_the_embedding_model_nothing_is_quoted(monkeypatch):
    def missing(texts):
        raise ModelMissing

    monkeypatch.setattr(quoting, "embed", missing)
    assert quoting.quote(SEMESTER, [LAPTOPS]) is None


@pytest.mark.django_db
def test_did_you_mean_says_what_the_entry_says_and_from_where(talk, found, models):
    found("suggest", LAPTOPS, PRINTING)
    reply = talk.ask(SEMESTER)
    assert reply.outcome == "suggest"
    message = talk.bot_messages[0]
    first, quoted, last = message.body.split("\n\n")
    assert first == faq.MAY_HELP.format(title=LAPTOPS.title)
    assert LOANS in quoted
    assert last == faq.DID_YOU_MEAN
    assert message.data["quote"] == {"entry": 3, "title": LAPTOPS.title, "link": LAPTOPS.link}
    assert [one["entry"] for one in message.data["suggestions"]] == [3, 4]
    assert message.evidence["quote"]["entry"] == 3


@pytest.mark.django_db
def test_the_chosen_entry_is_still_chosen(talk, found, models):
    found("suggest", LAPTOPS, PRINTING)
    talk.ask(SEMESTER)
    talk.say("the second one")
    from chat.bot import claims, turn

    mine = claims.claim(talk.conversation.pk)
    turn.quick_reply(mine)
    assert mine.choice == 4
