"""A team that keeps its Dialogflow agent: the customer sees its answers, agents its evidence."""

from collections.abc import Iterator

import pytest

from chat.bot.nearest import nearest
from faq.search.dialogflow import asking
from tests.services import ws
from tests.services.dialogflow import Agent


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    agent = Agent()
    agent.start()
    yield agent
    agent.stop()


@pytest.fixture
def chosen(settings, agent) -> Iterator[None]:
    settings.FAQ_ENGINE = "dialogflow"
    settings.DIALOGFLOW_PROJECT = "campus-help"
    settings.DIALOGFLOW_ENDPOINT = agent.endpoint
    yield
    asking.current().client.close()
    asking._link.cache_clear()


def test_an_intents_answer_goes_out_with_its_name_as_source_and_is_on_record(talk, chosen):
    talk.ask("how do i get on the wifi")
    (message,) = talk.bot_messages
    assert message.body == "Choose campus-secure."
    assert message.data["source"] == {
        "entry": 0, "title": "network.wifi", "link": "", "category": "",
    }  # fmt: skip
    assert message.evidence["search"]["hits"][0]["title"] == "network.wifi"
    (row,) = talk.turns
    assert (row.outcome, row.band, row.engine) == ("answer", "answer", "dialogflow")
    assert (row.entry_id, row.confidence) == (None, pytest.approx(0.87))


def test_the_fallback_intent_is_a_miss_and_two_of_them_ask_for_a_person(talk, chosen):
    talk.ask("which striker scored in the cup final")
    talk.ask("which keeper saved the penalty in the cup final")
    assert talk.outcomes == ["template", "handoff"]
    assert [row.engine for row in talk.turns] == ["dialogflow", "dialogflow"]


def test_a_conversation_is_one_session_and_another_is_another(talk, bobs_talk, chosen, agent):
    agent.asked.clear()
    talk.ask("wifi")
    talk.ask("say two things")
    bobs_talk.ask("wifi")
    alices, again, bobs = [request.session for request in agent.asked]
    assert alices == again != bobs


def test_the_agents_composer_offers_entries_and_asks_nobody(talk, chosen, agent):
    talk.say("wifi")
    agent.asked.clear()
    assert nearest(talk.conversation.pk)["entries"] == []
    assert agent.asked == []


@pytest.mark.server
def test_customers_are_answered_also_while_it_is_silent(make_desk, agent):
    desk = make_desk(
        faq_engine="dialogflow",
        dialogflow_project="campus-help",
        dialogflow_endpoint=agent.endpoint,
    )
    server = desk.server()
    with ws.visitor(server).chat() as chat:
        chat.say("how do I get on the wifi")
        said = chat.receive("message", sender="bot")
        assert (said["message"], said["source"]["title"]) == (
            "Choose campus-secure.", "network.wifi",
        )  # fmt: skip
        agent.be_silent()
        chat.say("How do I connect to the Wi-Fi?")
        said = chat.receive("message", sender="bot")
        assert said["source"]["entry"] > 0
    assert "Dialogflow is away" in server.log
    assert "Traceback" not in server.log
