"""Two web processes on PostgreSQL, with Redis between them, and without."""

import pytest

from tests.chat.screens import Screen
from tests.services.patience import within
from tests.services.ws import logged_in, visitor

pytestmark = pytest.mark.server


def test_one_thread_in_two_processes(two):
    here, there, _ = two
    alice = visitor(here)
    with alice.chat() as chat, alice.at(there).chat() as window:
        for i in range(10):
            chat.receive("message", client_id=chat.say(f"here {i}"))
            window.receive("message", client_id=window.say(f"there {i}"))
        pictures = [Screen().take_all([*s.frames, *s.quiet()]) for s in (chat, window)]
    assert pictures[0].gaps == pictures[1].gaps == []
    assert pictures[0].state == pictures[1].state
    assert pictures[0].last == 20


def test_a_takeover_in_the_other_process_is_shown_here(two):
    here, there, _ = two
    with visitor(here, "bob").chat("taken") as chat, logged_in(there).desk() as desk:
        chat.receive("message", client_id=chat.say("help"))
        desk.send({"type": "take_over", "conversation": "taken"})
        assert desk.receive("done")
        assert chat.receive("message", event="took_over")
        assert chat.receive("status", agent="Carol Reyes")


def test_without_redis_the_other_process_shows_it_within_two_seconds(two):
    here, there, redis = two
    alice = visitor(here, "healed")
    with alice.chat() as chat, alice.at(there).chat() as window:
        redis.pause()
        try:
            client_id = chat.say("is Redis away?")
            assert chat.receive("message", client_id=client_id, seconds=within(1))
            assert window.receive("message", client_id=client_id, seconds=within(2))
        finally:
            redis.resume()
