"""The worker in processes of its own: killed, stopped, several at a time."""

import time
from datetime import UTC, datetime

import pytest

from tests.faults.ledger import Ledger
from tests.services import ws
from tests.services.paced import PACED, QUESTION, Paced
from tests.services.patience import within

pytestmark = pytest.mark.server
HELD = {
    "language_model": "held",
    "language_model_provider": "tests.chat.bot.doubles.HeldModel",
}
INSTALLATIONS = [
    pytest.param({"on": "sqlite", "redis": True}, id="sqlite"),
]


@pytest.fixture
def held(tmp_path, monkeypatch):
    """The file that releases the held model in the processes started from here on."""
    release = tmp_path / "release"
    monkeypatch.setenv("HELD_MODEL_RELEASE", str(release))
    yield release
    release.touch()


def wait_until_writing(held, process):
    process.wait_until(held.with_name("release.writing").exists)


def bot_frames(frames):
    return [f for f in frames if f.get("type") == "message" and f.get("sender") == "bot"]


def test_a_bot_outside_answers_and_stops_cleanly(make_desk):
    desk = make_desk(bot="outside", redis=True)
    server, bot = desk.server(), desk.bot()
    with ws.visitor(server).chat() as chat:
        chat.say("hello")
        assert chat.receive("message", sender="bot")["message"].startswith("Hello")
    assert bot.stop() == 0
    assert "Traceback" not in bot.log


@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_a_takeover_in_mid_answer_through_another_process(make_desk, held, installation):
    desk = make_desk(bot="outside", **installation)
    server, bot = desk.server(), desk.bot(**HELD)
    bot.wait_until_learned()
    carol = ws.logged_in(server)
    with ws.visitor(server).chat() as chat, carol.desk() as agent:
        chat.say(QUESTION)
        if "redis" in installation:
            chat.receive("typing", on=True)
        wait_until_writing(held, bot)
        assert carol.post("/api/agent/takeover/alice/").json()["success"] is True
        held.touch()
        frames = chat.quiet(2) + agent.quiet(0.5)
        assert bot_frames(frames) == []
    conversation = carol.page("/api/conversation/alice/").json()
    assert [m for m in conversation["messages"] if m["sender"] == "bot"] == []


@pytest.mark.slow
@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_a_bot_killed_in_mid_answer_is_replaced_and_the_answer_comes_once(
    make_desk, held, installation
):
    desk = make_desk(bot="outside", **installation)
    server, bot = desk.server(), desk.bot(**HELD)
    bot.wait_until_learned()
    with ws.visitor(server).chat() as chat:
        chat.say(QUESTION)
        wait_until_writing(held, bot)
        bot.kill()
        ledger = Ledger(desk)
        free_from = ledger.leased_until(ledger.conversation("alice").id)
        held.touch()
        desk.bot(**HELD)
        chat.receive("message", sender="bot")
        assert datetime.now(UTC) > free_from, "it was taken from a worker that might have lived"
        assert bot_frames(chat.quiet(2)) == []


def test_two_bots_answer_each_question_once(make_desk):
    desk = make_desk(bot="outside", on="postgresql", redis=True)
    server = desk.server()
    for _ in range(2):
        desk.bot()
    chats = [ws.visitor(server, f"customer{n}").chat() for n in range(4)]
    for chat in chats:
        chat.say("hello")
    for chat in chats:
        chat.receive("message", sender="bot")
        assert bot_frames(chat.quiet(0.3)) == []
        chat.close()


@pytest.mark.long
def test_the_real_model_writes_while_another_customer_is_answered(make_desk, models):
    """One process as setup.sh starts it, with the real embedded model."""
    server = make_desk(language_model="embedded").server()
    with ws.visitor(server).chat() as alice, ws.visitor(server, "bob").chat() as bob:
        alice.say(QUESTION)
        alice.receive("typing", on=True)
        bob.say("how do I connect to the wifi?")
        answer = bob.receive("message", sender="bot")
        assert answer["source"]["title"] == "Connect to Wi-Fi"
        reply = alice.receive("message", sender="bot", seconds=200)
        assert answer["timestamp"] < reply["timestamp"]
        assert reply["offer_person"] is True
        assert reply.get("template") or reply.get("generated")
        alice.receive("typing", on=False)


@pytest.fixture
def paced(tmp_path, monkeypatch):
    """What lets the paced model write in the processes started from here on."""
    release = tmp_path / "release"
    monkeypatch.setenv("HELD_MODEL_RELEASE", str(release))
    return Paced(release)


def test_through_redis_a_reply_is_shown_as_it_is_written_and_stopped(make_desk, paced, models):
    """Two web processes and the bot elsewhere; one window comes in the middle."""
    desk = make_desk(bot="outside", on="postgresql", redis=True)
    here, there = desk.server(), desk.server()
    desk.bot(**PACED).wait_until_learned()
    alice = ws.visitor(here)
    with alice.chat() as chat, alice.at(there).chat() as other:
        chat.say(QUESTION)
        other.receive("typing", on=True)
        paced.let(1)
        first = chat.receive("stream")
        assert other.receive("stream") == first
        with alice.at(there).chat() as late:
            assert late.receive("stream") == first
        paced.let(2)
        shown = chat.receive("stream")
        assert shown["content"].startswith(first["content"])
        assert other.receive("stream") == shown
        sent = time.monotonic()
        other.send({"type": "stop"})
        message = chat.receive("message", sender="bot")
        assert (message["message"], message["client_id"]) == (shown["content"], shown["client_id"])
        assert message["generated"] is True
        assert paced.stopped_after(sent) < within(0.2)
        chat.receive("typing", on=False)
        assert bot_frames(chat.quiet(0.5)) == []


def test_through_redis_a_takeover_ends_what_is_written(make_desk, paced, models):
    desk = make_desk(bot="outside", on="postgresql", redis=True)
    here, there = desk.server(), desk.server()
    desk.bot(**PACED).wait_until_learned()
    carol = ws.logged_in(there)
    paced.let(1)
    with ws.visitor(here).chat() as chat, carol.desk() as agent:
        chat.say(QUESTION)
        shown = chat.receive("stream")
        sent = time.monotonic()
        agent.send({"type": "take_over", "conversation": "alice", "client_id": "take-over"})
        assert paced.stopped_after(sent) < within(0.2)
        ended = chat.receive("stream", interrupted=True)
        assert ended["content"] == shown["content"]
        assert bot_frames(chat.quiet(0.5)) == []
