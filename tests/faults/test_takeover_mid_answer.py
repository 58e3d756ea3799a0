"""A person takes over while the bot is writing: not another word of it, anywhere."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults import cluster as clusters
from tests.faults.cluster import Cluster
from tests.faults.models import FIRST_WORDS, HELD, LATER_WORDS
from tests.services.paced import QUESTION
from tests.services.patience import EVENTUALLY
from tests.services.ws import Person, visitor

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(240)]


@dataclass
class Aftermath:
    """What is there once the released bot is done with its turn."""

    bot_messages: list[str]
    frames: list[dict[str, Any]]
    turns: list[tuple[int, str]]

    @property
    def words_heard(self) -> bool:
        text = json.dumps(self.frames)
        spoken = [f for f in self.frames if f.get("sender") == "bot" and f["type"] != "typing"]
        return bool(spoken) or FIRST_WORDS in text or LATER_WORDS in text


def take_over_by_request(agent: Person, conversation: str) -> None:
    answer = agent.post(f"/api/agent/takeover/{conversation}/")
    assert answer.json()["success"] is True


def take_over_on_socket(agent: Person, conversation: str) -> None:
    with agent.desk() as desk:
        desk.send({"type": "take_over", "conversation": conversation, "id": "mine"})
        desk.receive("done", id="mine")


def taken_over_in_mid_answer(cluster: Cluster, held: Path, label: str, take_over) -> Aftermath:
    """Alice asks at one process, the bot holds its breath, an agent takes over at the other."""
    here, there = cluster.webs
    alice = visitor(here, label)
    carol, frank = cluster.agents
    with alice.chat() as chat, alice.at(there).chat() as other_window, carol.desk() as watching:
        watching.send({"type": "open", "conversation": label})
        watching.receive("history")
        chat.say(QUESTION)
        cluster.bot.wait_until(lambda: list(held.glob("waits-*")) != [])
        take_over(frank, label)
        chat.receive("status", status="open")
        (held / "release").touch()
        turns = wait_for_end_of_turn(cluster, label)
        frames = [f for socket in (chat, other_window, watching) for f in socket.quiet(1.2)]
    conversation = cluster.ledger.conversation(label)
    messages = cluster.ledger.messages(conversation.id)
    return Aftermath([m.body for m in messages if m.kind == "bot"], frames, turns)


def wait_for_end_of_turn(cluster: Cluster, label: str) -> list[tuple[int, str]]:
    conversation = cluster.ledger.conversation(label)
    deadline = time.monotonic() + EVENTUALLY
    while time.monotonic() < deadline:
        turns = cluster.ledger.turns(conversation.id)
        if all(outcome for _, outcome in turns):
            return turns
        time.sleep(0.05)
    raise AssertionError(f"the turn does not end: {turns}\n{cluster.bot.tail()}")


@pytest.fixture
def silent(two_processes, held):
    """Plays the scene with a bot of these faults; what is there afterwards."""

    def scene(label: str, take_over, *faults: str) -> Aftermath:
        two_processes.bot = clusters.bot(two_processes.desk, *faults, **HELD, held=held)
        two_processes.bot.wait_until_learned()
        return taken_over_in_mid_answer(two_processes, held, label, take_over)

    return scene


def test_by_a_request_at_another_process(silent):
    after = silent("mid-request", take_over_by_request)
    assert after.bot_messages == []
    assert not after.words_heard
    assert after.turns == [(1, "dropped")]


def test_on_a_socket_of_another_process_though_the_bot_does_not_look(silent):
    after = silent("mid-socket", take_over_on_socket, "deaf_bot")
    assert after.bot_messages == []
    assert not after.words_heard
    assert after.turns == [(1, "dropped")]


def test_it_is_the_guard_under_the_lock_that_keeps_it_silent(silent):
    after = silent("mid-unguarded", take_over_by_request, "deaf_bot", "no_guard")
    assert len(after.bot_messages) == 1
    assert after.words_heard
