"""What a message and a conversation's state look like, for whom."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from chat.frames import (
    AGENT,
    CUSTOMER,
    Change,
    Posted,
    Standing,
    change_frames,
    change_texts,
    display_name,
    encode,
    timestamp,
)

HELLO = Posted(1, "customer", "visitor:secret", "", "id-1", "hello", "2026-01-01T00:00:00.000Z")
NOTE = Posted(2, "agent", "user:5", "Carol", "id-2", "odd", "2026-01-01T00:00:01.000Z", True)
REPLY = Posted(
    3,
    "bot",
    "bot",
    "Bot",
    "bot:1",
    "Choose campus-secure.",
    "2026-01-01T00:00:02.000Z",
    data={"source": {"entry": 4}},
    evidence={"hits": []} | {"engine": "embedded"},
)


def change(*messages: Posted, **fields) -> Change:
    return Change(7, "alice", 0, 3, messages[-1].seq if messages else 0, list(messages), **fields)


def types(frames) -> list[str]:
    return [frame["type"] for frame in frames]


def test_times_are_utc_with_milliseconds():
    moment = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
    assert timestamp(moment) == "2026-03-04T05:06:07.890Z"


def test_encoding_keeps_every_character():
    text = encode({"a": "naïve “✓” 🎓  \u2028"})
    assert json.loads(text) == {"a": "naïve “✓” 🎓  \u2028"}


def test_a_customer_sees_neither_keys_nor_evidence():
    (frame,) = change_frames(change(HELLO), CUSTOMER, 0, False)
    assert frame == {
        "type": "message",
        "seq": 1,
        "sender": "customer",
        "message": "hello",
        "name": "",
        "client_id": "id-1",
        "timestamp": "2026-01-01T00:00:00.000Z",
    }
    (reply,) = change_frames(change(REPLY), CUSTOMER, 2, False)
    assert reply["source"] == {"entry": 4}
    assert "evidence" not in reply


def test_an_agent_sees_who_wrote_and_why_and_where():
    note, reply = change_frames(change(NOTE, REPLY), AGENT, 1, False)
    assert (note["note"], note["author"], note["conversation"]) == (True, "user:5", "alice")
    assert reply["evidence"] == {"engine": "embedded", "hits": []}


def test_a_note_is_a_number_to_the_customer():
    assert change_frames(change(HELLO, NOTE), CUSTOMER, 0, False)[1] == {
        "type": "through",
        "through": 2,
    }


def test_together_the_numbers_that_are_not_shown_are_in_through():
    (frame,) = change_frames(change(HELLO, NOTE), CUSTOMER, 0, True)
    assert [message["seq"] for message in frame["messages"]] == [1]
    assert frame["through"] == 2


def test_what_the_reader_has_is_left_out():
    frames = change_frames(change(HELLO, NOTE, REPLY), AGENT, 2, False)
    assert [frame["seq"] for frame in frames] == [3]
    assert change_frames(change(HELLO), AGENT, 1, False) == []


@pytest.mark.parametrize("audience", [CUSTOMER, AGENT])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    "whole",
    [
        change(HELLO),
        change(NOTE),
        change(REPLY),
        change(msgspec.structs.replace(NOTE, is_note=False)),
        change(msgspec.structs.replace(REPLY, evidence=None)),
        change(msgspec.structs.replace(REPLY, data=None)),
        change(HELLO, NOTE),
        change(HELLO, standing=Standing("open", "carol", "Carol", "user:5")),
        change(HELLO, read={"agent": 1}),
        change(HELLO, ratings={3: "up"}),
        change(read={"agent": 1}),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 3])
def test_the_short_way_to_a_text_says_the_same(audience, together, whole, after):
    texts = change_texts(whole, audience, after, together)
    frames = change_frames(whole, audience, after, together)
    assert [json.loads(text) for text in texts] == json.loads(encode(frames))


def test_messages_come_before_what_they_have_done():
    frames = change_frames(
        change(HELLO, standing=Standing("open"), read={"agent": 1}), CUSTOMER, 0, False
    )
    assert types(frames) == ["message", "status", "read"]


@pytest.mark.parametrize(
    ("standing", "queue", "shown"),
    [
        (Standing("bot"), None, (True, None, None)),
        (Standing("bot"), {"position": 1}, (True, None, None)),
        (Standing("open"), {"position": 1}, (False, None, {"position": 1})),
        (Standing("open", "carol", "Carol"), {"position": 1}, (False, "Carol", None)),
        (Standing("resolved"), None, (False, None, None)),
    ],
)
def test_the_state_as_a_customer_sees_it(standing, queue, shown):
    frame = CUSTOMER.standing(standing, queue, 5)
    assert (frame["is_bot_active"], frame["agent"], frame["queue"]) == shown
    assert frame["version"] == 5


def test_the_state_as_an_agent_sees_it():
    frame = AGENT.standing(Standing("open", "carol", "Carol"), None, 5)
    assert frame["agent"] == {"username": "carol", "name": "Carol"}


def test_a_person_is_called_by_the_full_name_where_there_is_one(django_user_model):
    user = django_user_model(username="carol")
    assert display_name(user) == "carol"
    user.first_name, user.last_name = "Carol", "Reyes"
    assert display_name(user) == "Carol Reyes"
