"""The bot is the conversation's assistant: its subject, its prompt, its notice."""

import pytest

from chat import access
from chat.actions import assistants as choosing
from chat.actions import messages
from chat.bot import claims, turn
from chat.bot.language_model import Options
from chat.bot.reply import Reply
from chat.models import Assistant
from chat.models.bot_turn import Outcome
from faq.models import Category, Entry
from tests.chat.bot.conftest import hit
from tests.chat.bot.doubles import EchoModel
from tests.faq.conftest import knowledge
from tests.faq.conftest import model as embeddings

__all__ = ["embeddings", "knowledge"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def subjects(embeddings):
    for slug, title in (("network", "Connect to Wi-Fi"), ("gadgets", "A phone has no Wi-Fi")):
        category = Category.objects.create(slug=slug, name=slug.title())
        Entry.objects.create(category=category, title=title, answer=f"{slug}: turn it on.")


@pytest.fixture
def desk():
    return Assistant.objects.create(
        name="IT Help Desk", slug="desk", is_active=True, is_default=True
    )


@pytest.fixture
def gadgets(desk, subjects):
    assistant = Assistant.objects.create(
        name="Gadget Support",
        slug="gadgets",
        is_active=True,
        greeting="What broke?",
        notice="Mind the warranty.",
    )
    assistant.categories.add(Category.objects.get(slug="gadgets"))
    return assistant


def switch(talk, slug):
    who = access.Participant(talk.author_key, visitor_key=talk.conversation.visitor_key)
    messages.post_message_and_wait(choosing.switch(who, talk.conversation.pk, slug))


def test_it_answers_only_from_its_own_category(talk, gadgets):
    assert talk.ask("connect to wi-fi").body == "network: turn it on."
    switch(talk, "gadgets")
    reply = talk.ask("a phone has no wi-fi")
    assert reply.body == "gadgets: turn it on."
    found = talk.turns[-1].evidence["search"]["hits"]
    assert {one["category"] for one in found} == {"gadgets"}


def test_its_answers_carry_its_notice_and_small_talk_does_not(talk, gadgets):
    switch(talk, "gadgets")
    talk.ask("a phone has no wi-fi")
    talk.ask("hello")
    answer, greeting = talk.bot_messages
    assert answer.data["notice"] == "Mind the warranty."
    assert (greeting.data, greeting.body) == (None, "What broke?")


def test_the_model_gets_its_prompt_temperature_and_longest_reply(
    talk, gadgets, model, found, monkeypatch
):
    given = {}

    def generate(self, asked, *, stop, options):
        given.update(asked=asked, options=options)
        return iter(["It is charged overnight."])

    Assistant.objects.update(
        prompt="You are a patient mechanic.", temperature=0.7, longest_reply=40
    )
    model("EchoModel")
    monkeypatch.setattr(EchoModel, "generate", generate)
    found("none", hit("Charge it", "It is charged overnight.", 0.2))
    talk.ask("when is it charged")
    assert given["options"] == Options(40, 0.7)
    assert given["asked"][0]["content"].startswith("You are a patient mechanic.\n")


def test_without_a_prompt_it_is_the_friendly_assistant_of_its_name(talk, gadgets, model, found):
    model("EchoModel")
    found("none", hit("Charge it", "It is charged overnight.", 0.2))
    switch(talk, "gadgets")
    talk.ask("when is it charged")
    assert "friendly assistant of the Gadget Support" in EchoModel.given[0]["content"]


def test_one_that_does_without_the_model_says_honestly_that_it_does_not_know(
    talk, gadgets, model, found
):
    model("EchoModel")
    Assistant.objects.update(uses_model=False)
    found("none", hit("Charge it", "It is charged overnight.", 0.2))
    assert talk.ask("when is it charged").outcome == Outcome.TEMPLATE


def test_one_that_heeds_no_emergencies_does_not(talk, desk, found):
    found("none")
    Assistant.objects.update(heeds_emergencies=False)
    assert talk.ask("I think I am having a heart attack").outcome != Outcome.HANDOFF


def test_what_was_asked_before_a_switch_is_answered_by_the_new_one(talk, gadgets):
    """The old one's turn was in hand: it says nothing any more, and its question is still due."""
    talk.say("a phone has no wi-fi")
    mine = claims.claim(talk.conversation.pk)
    found = turn.quick_reply(mine)
    switch(talk, "gadgets")
    assert claims.why_not(mine) == "switched"
    reply = found if isinstance(found, Reply) else turn.voice.honest_template("test")
    assert not turn.post(mine, reply)
    assert talk.turns[0].evidence == {"dropped": "switched"}
    assert talk.bot_turn().body == "gadgets: turn it on."


def test_misses_with_different_assistants_are_not_two_in_a_row(talk, gadgets, found):
    found("none")
    assert talk.ask("what is the meaning of it all").outcome == Outcome.TEMPLATE
    switch(talk, "gadgets")
    assert talk.ask("what is the meaning of it all").outcome == Outcome.TEMPLATE
    assert talk.ask("so what is it").outcome == Outcome.HANDOFF


def test_the_default_stands_in_for_one_that_is_switched_off(talk, gadgets):
    switch(talk, "gadgets")
    Assistant.objects.filter(pk=gadgets.pk).update(is_active=False)
    reply = talk.ask("connect to wi-fi")
    assert reply.body == "network: turn it on."
    assert talk.bot_messages[0].data.get("notice") is None


def test_who_it_is_it_says_by_its_name(talk, gadgets):
    switch(talk, "gadgets")
    said = talk.ask("who are you").body
    assert "Gadget Support" in said
    assert "“A phone has no Wi-Fi”" in said
