"""The worker in processes of its own: killed, stopped, several at a time."""

from datetime import UTC, datetime

import pytest

from tests.faults.ledger import Ledger
from tests.services import ws

pytestmark = pytest.mark.server
# Nothing in the demo's FAQ comes near.
UNANSWERABLE = "which striker scored in the cup final at the stadium yesterday evening"
HELD = {
    "language_model": "held",
    "language_model_provider": "tests.chat.bot.doubles.HeldModel",
}
INSTALLATIONS = [
    pytest.param({"on": "sqlite"}, id="sqlite"),
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
    desk = make_desk(bot="outside")
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
    carol = ws.logged_in(server)
    with ws.visitor(server).chat() as chat, carol.desk() as agent:
        chat.say(UNANSWERABLE)
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
    with ws.visitor(server).chat() as chat:
        chat.say(UNANSWERABLE)
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


def test_the_real_model_writes_while_another_customer_is_answered(make_desk, models):
    """One process as setup.sh starts it, with the real embedded model."""
    server = make_desk(language_model="embedded").server()
    with ws.visitor(server).chat() as alice, ws.visitor(server, "bob").chat() as bob:
        alice.say(UNANSWERABLE)
        alice.receive("typing", on=True)
        bob.say("how do I connect to the wifi?")
        answer = bob.receive("message", sender="bot")
        assert answer["source"]["title"] == "Connect to Wi-Fi"
        reply = alice.receive("message", sender="bot", seconds=200)
        assert answer["timestamp"] < reply["timestamp"]
        assert reply["offer_person"] is True
        assert reply.get("template") or reply.get("generated")
        alice.receive("typing", on=False)
