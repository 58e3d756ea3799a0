"""The Sentiment Analysis assistant: label, score and why, and questions about that."""

import pytest

from chat.gaps.questions import open_turns
from chat.models import Assistant
from chat.models.bot_turn import Outcome
from tests.chat.bot.conftest import hit
from tests.faq.conftest import model as embeddings

__all__ = ["embeddings"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _asked_for_sentiment(embeddings, found):
    found("none")
    Assistant.objects.create(
        name="Mood", slug="mood", is_active=True, is_default=True, task="sentiment"
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The printer is broken again and nobody answers.", "Negative"),
        ("Thank you!", "Positive"),  # no small talk here
        ("Great", "Positive"),
        ("Where is room 204?", "Neutral"),
    ],
)
def test_it_answers_with_label_score_and_why(talk, text, label):
    reply = talk.ask(text)
    assert reply.outcome == Outcome.ANSWER
    said = talk.bot_messages[0]
    assert said.body.startswith(f"{label}, ")
    assert said.data["sentiment"]["label"] == label.lower()
    assert f"{said.data['sentiment']['score']:+.2f} (from -1 to +1)" in said.body
    assert said.body.endswith(said.data["sentiment"]["why"])


def test_what_is_said_of_an_answer_is_a_text_like_others(talk):
    talk.ask("Where is room 204?")
    assert talk.ask("Your answer is useless").outcome == Outcome.ANSWER
    assert talk.bot_messages[-1].data["sentiment"]["label"] == "negative"


def test_a_question_about_it_is_answered_from_the_faq(talk, found):
    found("answer", hit("What the score means", "From -1 to +1.", 0.9))
    assert talk.ask("what does the score mean").body == "From -1 to +1."


def test_a_greeting_is_a_greeting_and_an_emergency_an_emergency(talk):
    assert talk.ask("hello").outcome == Outcome.SMALL_TALK
    assert talk.ask("I want to die").outcome == Outcome.HANDOFF


def test_a_text_leaves_no_gap_in_the_faq(talk):
    talk.ask("The printer is broken again and nobody answers.")
    assert open_turns(None) == []
