"""Each provider's ways of failing: what the customer reads, what is kept, and when a person comes.

The exact words are those of the assistants' contract.
"""

import httpx
import pytest

from chat.bot import language_model
from chat.bot.language_models import openai_http
from chat.bot.language_models.embedded import EMBEDDED
from chat.models import Message
from tests.services.completions import CompletionsServer
from tests.services.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Sorry, something went wrong. Please try again later."


@pytest.fixture(autouse=True)
def _nothing_is_found(found, monkeypatch):
    found("none")
    monkeypatch.setattr(language_model, "_models", {})
    monkeypatch.setattr(openai_http, "PAUSE", 0.01)
    monkeypatch.setattr(openai_http, "TIMEOUT", httpx.Timeout(0.3))


@pytest.fixture
def server():
    with CompletionsServer() as running:
        yield running


@pytest.fixture
def broken(settings, server, tmp_path, models):
    """Makes the desk's language model one that fails in that way."""

    def on_server(name):
        settings.LANGUAGE_MODEL, settings.LANGUAGE_MODEL_URL = name, server.url

    def nobody_there():
        settings.LANGUAGE_MODEL = "any"
        settings.LANGUAGE_MODEL_URL = f"http://127.0.0.1:{free_port()}/v1"

    def folder(name):
        """The embedded model's folder with half of its weights."""
        folder = tmp_path / name
        folder.mkdir()
        for path in (models / EMBEDDED).iterdir():
            (folder / path.name).symlink_to(path)
        weights = folder / "model.safetensors"
        whole = weights.resolve()
        weights.unlink()
        with whole.open("rb") as file:
            weights.write_bytes(file.read(1_000_000))
        return folder

    def embedded():
        folder(EMBEDDED)
        settings.LANGUAGE_MODEL, settings.MODELS_DIR = "embedded", tmp_path

    def transformers():
        settings.LANGUAGE_MODEL = str(folder("own-model"))

    ways = {"embedded": embedded, "transformers": transformers, "nobody there": nobody_there}
    return lambda way: ways[way]() if way in ways else on_server(way)


@pytest.mark.parametrize(
    "way",
    [
        "embedded",
        "transformers",
        "nobody there",
        "error-500",
        "error-401",
        "nothing",
        "cut",
        "silent",
        "falls-silent",
        "error-in-stream",
        "garbage",
    ],
)
def test_the_customer_reads_the_contracts_words_and_the_second_time_a_person_comes(
    talk, broken, way
):
    broken(way)
    talk.say("who won the match")
    talk.bot_turn()
    message = talk.bot_messages[0]
    assert message.body == WORDS
    assert message.data == {"offer_person": True}
    assert "error" in message.evidence
    assert talk.outcomes == ["failed"]
    assert talk.now.status == "bot"
    reply = talk.ask("who won it then")
    assert (reply.outcome, reply.evidence["handoff"]) == ("handoff", "second_failure")
    assert talk.now.is_waiting
    said = Message.objects.filter(conversation=talk.conversation, author_kind="customer")
    assert [one.body for one in said] == ["who won the match", "who won it then"]


def test_a_retry_of_the_message_is_the_same_message_and_no_second_turn(talk, broken):
    from chat import access
    from chat.actions import messages

    broken("error-500")
    who = access.Participant(talk.author_key, visitor_key=talk.conversation.visitor_key)

    def send():
        entry = messages.customer_message(who, talk.conversation.pk, "who won", "mine-1")
        return messages.post_message_and_wait(entry)

    assert send().was_there is False
    assert talk.bot_turn().body == WORDS
    assert send().was_there is True
    assert not talk.now.bot_is_due
    assert Message.objects.filter(conversation=talk.conversation).count() == 2


def test_a_model_that_works_again_is_used_again(talk, broken, server, settings):
    broken("error-500")
    talk.ask("who won the match")
    settings.LANGUAGE_MODEL = "fine"
    assert talk.ask("who won it then").outcome != "failed"
    assert server.asked[-1]["model"] == "fine"
