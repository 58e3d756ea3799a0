from dataclasses import dataclass

import pytest
from django.conf import settings

from chat import access
from chat.actions import handoff, messages
from chat.bot import claims, language_model, turn, wish_head
from chat.bot.language_models.embedded import EmbeddedModel
from chat.bot.reply import Reply
from chat.models import BotTurn, Conversation, Message
from faq.search import Hit, Result, embeddings
from tests.chat.bot import embedded_once, fit_wishes


@dataclass
class Talk:
    """A customer's conversation, with verbs for what happens in it."""

    conversation: Conversation
    author_key: str

    def say(self, text, choice=None):
        who = access.Participant(self.author_key, visitor_key=self.conversation.visitor_key)
        entry = messages.customer_message(who, self.conversation.pk, text, choice=choice)
        return messages.post_message_and_wait(entry).posted

    def bot_turn(self):
        """What the worker does, in one thread; the reply that was posted, or None."""
        mine = claims.claim(self.conversation.pk)
        assert mine is not None, "not due"
        found = turn.quick_reply(mine)
        if not isinstance(found, Reply):
            found = turn.model_reply(mine, found, lambda: bool(claims.why_not(mine)))
        return found if found and turn.post(mine, found) else None

    def ask(self, text, choice=None):
        self.say(text, choice)
        return self.bot_turn()

    def taken_over_by(self, user):
        messages.post_message_and_wait(handoff.take_over(seat(user), self.conversation.pk))

    def handed_back_by(self, user):
        messages.post_message_and_wait(handoff.hand_back(seat(user), self.conversation.pk))

    def resolved_by(self, user):
        messages.post_message_and_wait(handoff.resolve(seat(user), self.conversation.pk))

    def answered_by(self, user, text):
        entry = messages.agent_message(seat(user), self.conversation.pk, text)
        messages.post_message_and_wait(entry)

    @property
    def now(self):
        return Conversation.objects.get(pk=self.conversation.pk)

    @property
    def turns(self):
        return list(BotTurn.objects.filter(conversation=self.conversation).order_by("id"))

    @property
    def outcomes(self):
        return [row.outcome for row in self.turns]

    @property
    def bot_messages(self):
        return list(Message.objects.filter(conversation=self.conversation, author_kind="bot"))


def seat(user):
    return access.Participant(
        f"user:{user.pk}", name=user.first_name, user_id=user.pk, is_agent=True
    )


def talk_of(customer):
    return Talk(customer.conversation, customer.author_key)


@pytest.fixture
def talk(alice):
    return talk_of(alice)


@pytest.fixture
def bobs_talk(bob):
    return talk_of(bob)


def hit(title, answer, confidence, entry_id=1, link="https://help.example.edu/it"):
    return Hit(entry_id, title, answer, link, "network", title, confidence, {"cosine": confidence})


# Near to the tests' question that nobody can answer, so that the model is asked.
MATCH = hit("Who won the match", "Whoever won it, the match is no matter of the desk.", 0.2, 90)


@pytest.fixture
def found(monkeypatch):
    """What every search finds from here on: found("answer", hit(...), ...)."""
    questions = []

    def set_result(band, *hits):
        hits = hits or (() if band != "none" else (MATCH,))

        def search(question, **options):
            questions.append(question)
            return Result(question, tuple(hits), band, 0.5, 0.3, "test", 1.0)

        for user in ("faq", "nearest"):
            monkeypatch.setattr(f"chat.bot.{user}.search", search)
        return questions

    set_result("none")
    return set_result


@pytest.fixture
def model(settings, monkeypatch):
    """Makes a class of tests/chat/bot/doubles.py the language model: model("EchoModel")."""
    monkeypatch.setattr(language_model, "_models", {})

    def use(name):
        settings.LANGUAGE_MODEL = name
        settings.LANGUAGE_MODEL_PROVIDER = f"tests.chat.bot.doubles.{name}"

    return use


@pytest.fixture(scope="session")
def embedded(models):
    """The real embedded model, loaded once a run (tests/services/workers.py)."""
    before, settings.LANGUAGE_MODEL = settings.LANGUAGE_MODEL, "embedded"
    try:
        return EmbeddedModel()
    finally:
        settings.LANGUAGE_MODEL = before


@pytest.fixture(scope="session")
def _embedded_once():
    """Together they take half as long as one by one (tests/services/workers.py)."""
    embed = embedded_once.EmbeddedOnce()
    if embeddings.available():
        embed(embedded_once.judged())
    return embed


@pytest.fixture
def wishes_embedded_once(_embedded_once, monkeypatch):
    """For tests that judge thousands of sentences, many of them the same."""
    for module in (wish_head, fit_wishes):
        monkeypatch.setattr(module, "embed", _embedded_once)
