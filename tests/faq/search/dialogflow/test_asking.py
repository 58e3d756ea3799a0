"""A live agent's intents are the search's hits, by its own confidence; without it we answer."""

import json
import socket
import time

import grpc
import pytest

from faq.search import dialogflow, health, search
from faq.search.dialogflow import asking
from tests.services.patience import EVENTUALLY, within

WIFI = "how do i get on the wifi"


def ask(text: str, conversation: str = "alice"):
    return search(text, conversation=conversation)


def test_an_intent_is_a_hit_without_an_entry_judged_by_the_agents_confidence(desk, link):
    result = ask(WIFI)
    assert (result.band, result.engine) == ("answer", "dialogflow")
    assert (result.answer_threshold, result.suggest_threshold) == (
        pytest.approx(0.4),
        pytest.approx(0.4),
    )
    (hit,) = result.hits
    assert (hit.entry_id, hit.title, hit.answer, hit.link) == (
        0, "network.wifi", "Choose campus-secure.", "",
    )  # fmt: skip
    assert hit.confidence == pytest.approx(0.87)
    assert result.milliseconds > 0
    assert json.loads(json.dumps(result.evidence()))["hits"][0]["title"] == "network.wifi"


def test_the_fallback_intent_is_no_answer(desk, link):
    result = ask("what is the weather on mars")
    assert (result.band, result.hits, result.engine) == ("none", (), "dialogflow")


def test_below_the_agents_threshold_is_no_answer(desk, link):
    link.threshold = 0.5
    result = ask("wifi")
    assert (result.band, result.hits[0].title) == ("none", "network.wifi")


def test_where_the_threshold_may_not_be_read_the_agents_word_stands(desk, agent):
    agent.reads_agent = grpc.StatusCode.PERMISSION_DENIED
    asking.current().trial.join()
    result = ask("wifi")
    assert (result.band, result.answer_threshold) == ("answer", 0.0)


def test_an_intent_without_words_is_no_answer(desk, link):
    assert (ask("nothing to say").band, ask("nothing to say").hits) == ("none", ())


def test_several_texts_are_one_answer_and_those_for_other_platforms_are_left_out(desk, link):
    assert ask("say two things").hits[0].answer == "One.\n\nTwo."


def test_rubbish_in_an_answer_is_made_storable(desk, link):
    link.threshold = 0.0
    (hit,) = ask("say rubbish").hits
    assert (hit.title, hit.answer, hit.confidence) == ("oddname", "null  and bell .", 0.0)
    assert len(ask("say too much").hits[0].answer) == 4000


def test_the_agent_learns_of_a_question_its_text_language_and_a_hash(desk, link, agent, settings):
    settings.DIALOGFLOW_LANGUAGE = "de"
    for conversation in ("alice", "alice", "bob"):
        ask(WIFI, conversation)
    one, again, bobs = agent.asked
    assert one.session == again.session != bobs.session
    name = one.session.removeprefix("projects/campus-help/agent/sessions/")
    assert len(name) == 36
    assert "alice" not in name
    assert one.query_input.text.language_code == "de"
    told = [field.name for field, _ in type(one).pb(one).ListFields()]
    assert told == ["session", "query_input"]


def test_a_question_is_cut_to_what_the_interface_takes(desk, link, agent):
    ask("wifi " * 200)
    assert len(agent.texts[0]) == 256


def test_only_a_conversations_question_goes_to_google(desk, link, agent, no_model):
    assert search("wifi").engine == "embedded, words only"
    assert agent.texts == []


def test_no_question_waits_longer_than_promised():
    assert asking.PATIENCE <= 1.5


class TestAway:
    """The embedded engine answers soon, and the record says so."""

    def answered_here(self, text: str = "how do i get on wifi"):
        started = time.monotonic()
        result = ask(text)
        assert time.monotonic() - started < within(2 * asking.PATIENCE)
        assert result.hits[0].title == "Connect to Wi-Fi"
        assert result.engine == f"embedded, {dialogflow.AWAY}"
        return result

    def test_silence(self, model, desk, link, agent):
        agent.be_silent()
        self.answered_here()
        # The first has waited; nobody waits after it.
        self.answered_here()
        assert len(agent.texts) == 1

    @pytest.mark.parametrize(
        "code",
        [
            "UNAVAILABLE",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "UNAUTHENTICATED",
            "INTERNAL",
            "NOT_FOUND",
        ],
    )
    def test_an_error(self, model, desk, link, agent, code):
        agent.fail_with(grpc.StatusCode[code])
        self.answered_here()
        assert "Dialogflow is away" in health().trouble
        assert link.breaker.reason in health().trouble

    def test_rubbish(self, model, desk, link, agent):
        agent.answer_with(b"\xff\xff\xff\xff not what was promised")
        self.answered_here()

    def test_one_refused_question_is_no_failure(self, model, desk, link, agent):
        agent.fail_with(grpc.StatusCode.INVALID_ARGUMENT)
        self.answered_here()
        assert not link.breaker.is_open

    def test_a_port_where_nobody_speaks(self, model, desk, agent, settings):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            settings.DIALOGFLOW_ENDPOINT = f"http://127.0.0.1:{mute.getsockname()[1]}"
            self.answered_here()

    def test_no_server(self, model, desk, running, link):
        running.stop()
        try:
            self.answered_here()
        finally:
            running.start()

    def test_it_is_asked_again_once_it_answers(self, model, desk, link, agent):
        agent.fail_with(grpc.StatusCode.UNAVAILABLE)
        self.answered_here()
        agent.recover()
        link.try_again()
        assert ask(WIFI).engine == "dialogflow"

    def test_a_trial_in_the_background_finds_out(self, model, desk, link, agent):
        agent.fail_with(grpc.StatusCode.UNAVAILABLE)
        self.answered_here()
        agent.recover()
        link.breaker._retry_at = 0.0
        end = time.monotonic() + EVENTUALLY
        while ask(WIFI).engine != "dialogflow" and time.monotonic() < end:
            time.sleep(0.02)
        assert ask(WIFI).engine == "dialogflow"


def test_without_a_usable_key_this_process_answers(model, desk, agent, settings, caplog):
    settings.DIALOGFLOW_ENDPOINT = "dialogflow.googleapis.com"
    settings.DIALOGFLOW_KEY = "/no/such/key.json"
    assert ask("how do i get on wifi").engine == f"embedded, {dialogflow.AWAY}"
    assert "Dialogflow cannot be asked" in caplog.text
    settings.DIALOGFLOW_ENDPOINT = agent.endpoint
