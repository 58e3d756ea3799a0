"""What is shown of a reply while the model writes it, and what becomes of that."""

from itertools import pairwise

import pytest

from chat.bot import claims, turn, voice
from tests.chat.bot.conftest import hit
from tests.chat.bot.doubles import EchoModel

VPN = hit(
    "Connect to the VPN",
    "Install the VPN client and log in with your card. The client asks for your card at every log "
    "in. Restart the client where the log in is refused.",
    0.2,
)
FIRST, SECOND, THIRD = (f"{part}." for part in VPN.answer.rstrip(".").split(". "))
QUESTION = "my log in with the card client is refused"


@pytest.fixture
def streamed(monkeypatch):
    """(conversation, client id, content, interrupted) of every stream signal."""
    shown = []
    monkeypatch.setattr("chat.events.stream", lambda *what, **how: shown.append((*what, how)))
    return shown


@pytest.fixture(autouse=True)
def _vpn_is_near(found):
    found("none", VPN)


def says(monkeypatch, *pieces):
    monkeypatch.setattr(EchoModel, "generate", lambda self, *what, **how: iter(pieces))


def test_it_is_shown_sentence_by_sentence_and_the_message_is_the_whole(talk, model, streamed):
    model("EchoModel")
    reply = talk.ask(QUESTION)
    contents = [content for _, _, content, _ in streamed]
    assert contents == [FIRST, f"{FIRST} {SECOND}"]
    assert {(conversation, client) for conversation, client, *_ in streamed} == {
        (talk.conversation.pk, "bot:1")
    }
    assert reply.body == f"{FIRST} {SECOND} {THIRD}"
    message = talk.bot_messages[0]
    assert (message.client_id, message.data["generated"]) == ("bot:1", True)


def test_a_sentence_that_the_guard_refuses_is_not_shown_and_what_was_shown_stands(
    talk, model, streamed, monkeypatch
):
    model("EchoModel")
    says(monkeypatch, FIRST, " Ask", " at", " evil@example.org", " today", ". Or", " not.")
    reply = talk.ask(QUESTION)
    assert [content for _, _, content, _ in streamed] == [FIRST]
    assert (reply.outcome, reply.body) == ("generated", FIRST)
    assert reply.evidence["model"]["guard"] == "link"


def test_an_unfinished_sentence_is_not_shown(talk, model, streamed, monkeypatch):
    model("EchoModel")
    says(monkeypatch, "Install the VPN client and log in with your", " card")
    assert talk.ask(QUESTION).outcome != "generated"
    assert streamed == []


def test_a_dot_in_the_middle_of_a_word_ends_no_sentence(talk, model, streamed, monkeypatch):
    model("EchoModel")
    says(monkeypatch, "Install the VPN client and log in with your card.", "pdf", " now", ".")
    talk.ask(QUESTION)
    assert streamed == []


def test_nothing_is_ever_taken_back(talk, model, streamed):
    model("EchoModel")
    talk.ask(QUESTION)
    shown = [content for _, _, content, _ in streamed] + [talk.bot_messages[0].body]
    for before, after in pairwise(shown):
        assert after.startswith(before)


def test_stopped_after_a_sentence_that_sentence_is_the_message(talk, model, streamed):
    model("ReadingModel")
    talk.say(QUESTION)
    mine = claims.claim(talk.conversation.pk)
    reply = turn.model_reply(mine, turn.quick_reply(mine), lambda: bool(mine.shown))
    assert (reply.outcome, reply.body) == ("generated", FIRST)
    assert turn.post(mine, reply)
    assert talk.outcomes == ["generated"]


def test_a_failure_after_a_sentence_is_told_below_it(talk, model, streamed):
    model("BreakingModel")
    reply = talk.ask(QUESTION)
    shown = streamed[-1][2]
    assert reply.body == f"{shown}\n\n{voice.FAILED}"
    assert (reply.outcome, reply.data["offer_person"], reply.data["generated"]) == (
        "failed",
        True,
        True,
    )
    again = talk.ask(QUESTION)
    assert again.outcome == "handoff"
    assert again.body.startswith(f"{streamed[-1][2]}\n\n")
