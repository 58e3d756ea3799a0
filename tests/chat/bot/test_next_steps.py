"""What a customer did after a reply of the bot's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import handoff
from chat.bot import next_steps
from chat.log import commit_group
from chat.models import BotTurn
from faq.models import Category, Entry
from tests.chat.bot.conftest import hit
from tests.chat.entries import as_customer

WIFI = hit("Connect to Wi-Fi", "Choose the network named campus.", 0.9)
QUESTION = "how do i get on wifi"


@pytest.fixture(autouse=True)
def _wifi_is_found(found):
    found("answer", WIFI)


@pytest.fixture
def _alike(monkeypatch):
    """Every question means what the one before meant."""
    monkeypatch.setattr(next_steps, "_same_meaning", lambda one, other: True)


@pytest.fixture
def _unlike(monkeypatch):
    monkeypatch.setattr(next_steps, "_same_meaning", lambda one, other: False)


def steps(talk):
    return [row.next_step for row in talk.turns]


def test_nothing_yet(talk):
    talk.ask(QUESTION)
    assert steps(talk) == [""]


@pytest.mark.usefixtures("_alike")
def test_the_same_question_in_other_words_asks_again(talk):
    talk.ask(QUESTION)
    talk.ask("wifi, how?")
    assert steps(talk) == ["asked_again", ""]


@pytest.mark.usefixtures("_unlike")
def test_another_question_goes_on(talk):
    talk.ask(QUESTION)
    talk.ask("where can i print")
    assert steps(talk) == ["went_on", ""]


@pytest.mark.usefixtures("_unlike")
def test_any_question_after_a_miss_asks_again(talk, found):
    found("none")
    talk.ask("who won the match")
    talk.ask("where can i print")
    assert steps(talk) == ["asked_again", ""]


@pytest.mark.usefixtures("_alike")
def test_thanks_is_no_next_step(talk):
    talk.ask(QUESTION)
    talk.ask("thanks")
    assert steps(talk) == ["", ""]


@pytest.mark.usefixtures("_alike")
def test_what_comes_long_after_is_none_either(talk):
    talk.ask(QUESTION)
    BotTurn.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    talk.ask(QUESTION)
    assert steps(talk) == ["", ""]


@pytest.mark.usefixtures("_unlike")
def test_the_first_step_counts(talk):
    talk.ask(QUESTION)
    talk.ask("where can i print")
    talk.ask("can I talk to a person")
    assert steps(talk) == ["went_on", "person", ""]


def test_a_person_asked_for_by_the_button(talk, alice):
    talk.ask(QUESTION)
    wish = handoff.ask_for_person(as_customer(alice), talk.conversation.pk)
    commit_group([wish])
    assert steps(talk) == ["person"]


@pytest.mark.parametrize(("choose", "step"), [(True, "chose"), (False, "asked_again")])
def test_a_suggestion_is_chosen_or_none_of_them(talk, found, choose, step):
    category = Category.objects.create(name="Network", slug="network")
    entry = Entry.objects.create(category=category, title="Wi-Fi", answer="Plug it in.")
    found("suggest", hit(entry.title, entry.answer, 0.4, entry.pk))
    talk.ask("connect")
    talk.ask("Wi-Fi", choice=entry.pk if choose else 0)
    assert steps(talk) == [step, ""]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do I reset my password?", "i forgot my password, how can i reset it", True),
        ("How do I reset my password?", "how do i RESET my password?", True),
        ("How do I reset my password?", "where can I print a poster", False),
    ],
)
def test_meaning_is_judged_by_the_embeddings(models, one, other, same):
    assert next_steps._same_meaning(one, other) is same


def test_what_cannot_be_noted_does_not_keep_the_bot_from_answering(talk, monkeypatch, caplog):
    monkeypatch.setattr(next_steps, "_step", lambda *args: 1 / 0)
    talk.ask(QUESTION)
    assert talk.ask(QUESTION).outcome == "answer"
    assert "not noted" in caplog.text
