"""The agents' socket, on a real server: lists, threads, handoffs, two agents."""

import contextlib
import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from tests.chat.screens import Screen
from tests.services.ws import logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def carol(house):
    return logged_in(house, "agent")


@pytest.fixture(scope="module")
def frank(house):
    return logged_in(house, "agent2")


@pytest.fixture
def carols(carol):
    with carol.desk() as desk:
        yield desk


@pytest.fixture
def franks(frank):
    with frank.desk() as desk:
        yield desk


@pytest.fixture
def label() -> str:
    """A label of its own for each test: there the unique id is the label."""
    return f"c-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def chat(house, label):
    with visitor(house, label).chat() as chat:
        say(chat, "help")
        yield chat


def say(socket, text, **fields) -> dict:
    client_id = socket.say(text, **fields)
    return socket.receive("message", client_id=client_id)


def do(desk, kind: str, label: str, **fields) -> dict:
    """Sends a command with an id; its `done`, or the error. What comes before is kept."""
    mark = uuid.uuid4().hex
    desk.send({"type": kind, "conversation": label, "id": mark, **fields})
    passed = []
    while (frame := desk.next()).get("id") != mark:
        passed.append(frame)
    desk.unread[:0] = passed
    return frame


def opened(desk, label: str, **fields) -> dict:
    desk.send({"type": "open", "conversation": label, **fields})
    return desk.receive("history", conversation=label)


def summary_of(desk, label: str, **fields) -> dict:
    """The first live summary of the conversation with these fields."""
    while True:
        frame = desk.receive("conversations")
        for one in frame["conversations"]:
            if one["conversation"] == label and fields.items() <= one.items():
                return one


# ── who may ──


def test_without_a_login_the_socket_closes_with_4003(house, alice_without_login):
    with alice_without_login.socket("/ws/agent/") as socket:
        assert socket.next()["code"] == "not_allowed"
        assert socket.close_code() == 4003


@pytest.fixture
def alice_without_login(house):
    return visitor(house)


def test_nothing_is_read_from_who_was_turned_away(alice_without_login, label, chat):
    with alice_without_login.socket("/ws/agent/") as socket:
        assert socket.next()["type"] == "error"
        with contextlib.suppress(ConnectionClosed):  # it may be closed already
            socket.send({"type": "open", "conversation": label})
        assert socket.close_code() == 4003
    assert len(socket.frames) == 1


# ── lists ──


def test_a_page_that_was_made_for_a_colleague_is_closed(carol):
    with carol.socket("/ws/agent/", whose="agent2") as desk:
        assert desk.next()["code"] == "session_over"
        assert desk.close_code() == 4001


def test_the_lists_have_what_there_is(carols, chat, label):
    carols.send({"type": "lists"})
    frame = carols.receive("lists")
    assert frame["me"]["username"] == "agent"
    assert frame["me"]["name"] == "Carol Reyes"
    assert {one["username"] for one in frame["colleagues"]} == {"agent", "agent2", "admin"}
    assert set(frame["counts"]) == {"waiting", "mine", "others", "bot", "resolved"}
    summary = next(one for one in frame["conversations"] if one["conversation"] == label)
    assert (summary["status"], summary["agent"], summary["unread"]) == ("bot", None, 1)
    assert summary["last"]["text"] == "help"
    assert frame["unread"][label] == 1


def test_the_lists_are_live(carols, chat, label):
    carols.send({"type": "lists"})
    carols.receive("lists")
    say(chat, "anybody?")
    summary = summary_of(carols, label, customer_messages=2)
    assert (summary["last"]["text"], summary["unread"]) == ("anybody?", 2)
    chat.send({"type": "person"})
    summary = summary_of(carols, label, status="open")
    assert summary["waiting_since"].endswith("Z")


def test_unread_goes_in_all_of_an_agent_s_windows(carol, carols, chat, label):
    with carol.desk() as other_window:
        for desk in (carols, other_window):
            desk.send({"type": "lists"})
            desk.receive("lists")
        carols.send({"type": "read", "conversation": label, "through": 1})
        assert summary_of(other_window, label, unread=0)["unread"] == 0
        assert summary_of(carols, label, unread=0)["unread"] == 0


def test_more_of_a_section(carols, chat, label):
    carols.send({"type": "more", "section": "bot", "after": label, "id": "m"})
    frame = carols.receive("more")
    assert frame["section"] == "bot"
    assert frame["more"] is False
    assert label not in [one["conversation"] for one in frame["conversations"]]


def test_colleagues_see_each_other_come(carols, frank):
    carols.send({"type": "lists"})
    carols.receive("lists")
    with frank.desk() as desk:
        desk.send({"type": "ping"})
        online = {"username": "agent2", "name": "Frank Osei", "online": True, "away": False}
        frame = carols.receive("colleagues")
        while online not in frame["colleagues"]:
            frame = carols.receive("colleagues")


# ── one conversation ──


def test_opening_shows_the_history_and_marks_nothing_as_read(carols, chat, label):
    history = opened(carols, label)
    assert [m["content"] for m in history["messages"]] == ["help"]
    assert history["messages"][0]["conversation"] == label
    assert history["status"]["agent"] is None
    assert history["read"] == {}
    assert (history["customer"]["label"], history["customer"]["earlier"]) == (label, [])
    opened(carols, label)
    assert chat.quiet(0.3) == []


def test_opening_again_after_a_break_gets_only_what_is_new(carols, chat, label):
    say(chat, "one more")
    history = opened(carols, label, after=1)
    assert [m["seq"] for m in history["messages"]] == [2]
    assert history["after"] == 1


def test_what_else_the_customer_has_asked(house, carols):
    alice = visitor(house, "first-" + uuid.uuid4().hex[:6])
    other = "second-" + uuid.uuid4().hex[:6]
    with alice.chat() as first, alice.chat(other) as second:
        say(first, "about printing")
        say(second, "about wifi")
    earlier = opened(carols, other)["customer"]["earlier"]
    assert [(one["conversation"], one["status"]) for one in earlier] == [(alice.label, "bot")]


def test_an_open_thread_is_live_and_a_closed_one_is_not(carols, chat, label):
    opened(carols, label)
    say(chat, "are you there?")
    frame = carols.receive("message", conversation=label)
    assert (frame["message"], frame["sender"]) == ("are you there?", "customer")
    carols.send({"type": "close", "conversation": label})
    carols.send({"type": "ping"})
    carols.receive("pong")
    say(chat, "hello?")
    assert carols.quiet(0.3) == []


def test_earlier_and_catch_up_need_an_open_thread(carols, chat, label):
    for frame in ({"type": "earlier", "before": 5}, {"type": "catch_up", "after": 0}):
        assert do(carols, frame.pop("type"), label, **frame)["code"] == "not_found"
    opened(carols, label)
    carols.send({"type": "catch_up", "conversation": label, "after": 0})
    frame = carols.receive("messages", conversation=label)
    assert [m["content"] for m in frame["messages"]] == ["help"]
    carols.send({"type": "earlier", "conversation": label, "before": 2})
    frame = carols.receive("earlier", conversation=label)
    assert [m["seq"] for m in frame["messages"]] == [1]


# ── handoff ──


def test_taking_over_replying_and_giving_back(carols, chat, label):
    opened(carols, label)
    done = do(carols, "take_over", label)
    assert (done["type"], done["conversation"]) == ("done", label)
    assert chat.receive("message", sender="system")["event"] == "took_over"
    status = chat.receive("status")
    assert (status["agent"], status["is_bot_active"]) == ("Carol Reyes", False)
    reply = say(carols, "Hello, this is Carol.", conversation=label)
    shown = chat.receive("message", sender="agent")
    assert (shown["message"], shown["name"]) == ("Hello, this is Carol.", "Carol Reyes")
    assert shown["client_id"] == reply["client_id"]
    do(carols, "hand_back", label)
    assert chat.receive("message", event="handed_back")
    assert chat.receive("status", status="bot")["is_bot_active"] is True


def test_a_reply_in_what_is_not_mine_is_refused(carols, chat, label):
    error = do(carols, "message", label, message="Hello", client_id="c-1")
    assert (error["type"], error["code"]) == ("error", "not_yours")
    assert (error["client_id"], error["conversation"]) == ("c-1", label)
    assert chat.quiet(0.3) == []


def test_a_reply_without_the_thread_open_is_acknowledged_too(carols, chat, label):
    do(carols, "take_over", label)
    carols.say("Hello", conversation=label, client_id="c-2")
    frame = carols.receive("message", client_id="c-2")
    assert frame["conversation"] == label
    carols.say("Hello", conversation=label, client_id="c-2")
    assert carols.receive("message", client_id="c-2")["seq"] == frame["seq"]


def test_a_note_is_for_agents_and_uses_up_a_number(carols, franks, chat, label):
    opened(carols, label)
    opened(franks, label)
    note = say(carols, "a difficult one", conversation=label, note=True)
    assert note["note"] is True
    assert franks.receive("message", note=True)["message"] == "a difficult one"
    assert chat.receive("through") == {"type": "through", "through": note["seq"]}
    after = say(chat, "hello?")
    assert after["seq"] == note["seq"] + 1
    assert "a difficult one" not in str(chat.frames)


def test_notes_are_not_in_what_a_customer_catches_up(house, carols, chat, label):
    say(carols, "a difficult one", conversation=label, note=True)
    chat.send({"type": "catch_up", "after": 0})
    frame = chat.receive("messages")
    assert [m["content"] for m in frame["messages"]] == ["help"]
    assert frame["through"] == 2
    chat.send({"type": "earlier", "before": 3})
    assert [m["content"] for m in chat.receive("earlier")["messages"]] == ["help"]


def test_the_second_agent_sees_who_has_it_and_takes_it_only_confirmed(carols, franks, chat, label):
    for desk in (carols, franks):
        opened(desk, label)
    do(carols, "take_over", label)
    status = franks.receive("status", conversation=label)
    assert status["agent"] == {"username": "agent", "name": "Carol Reyes"}
    error = do(franks, "take_over", label)
    assert (error["code"], error["agent"]) == ("taken", "Carol Reyes")
    assert do(franks, "take_over", label, confirm=True)["type"] == "done"
    told = carols.receive("message", event="took_over", **{"from": "Carol Reyes"})
    assert told["message"] == "Frank Osei took over from Carol Reyes."
    assert carols.receive(
        "status", status="open", agent={"username": "agent2", "name": "Frank Osei"}
    )
    assert do(carols, "message", label, message="Wait")["code"] == "not_yours"


def test_transferring_to_a_colleague(carols, franks, chat, label):
    franks.send({"type": "lists"})
    franks.receive("lists")
    do(carols, "take_over", label)
    assert do(carols, "transfer", label, to="nobody")["code"] == "not_found"
    assert do(carols, "transfer", label, to="agent2")["type"] == "done"
    summary = summary_of(franks, label, status="open")
    while summary["agent"]["username"] != "agent2":
        summary = summary_of(franks, label, status="open")
    assert chat.receive("message", event="transferred")["to"] == "Frank Osei"


def test_resolved_and_opened_again_by_the_customer(carols, chat, label):
    do(carols, "take_over", label)
    assert do(carols, "resolve", label)["type"] == "done"
    assert chat.receive("status", status="resolved")
    say(chat, "one more thing")
    assert chat.receive("status", status="bot")


def test_a_deed_retried_is_done_once(carols, chat, label):
    for _ in range(2):
        assert do(carols, "take_over", label, client_id="t-1")["type"] == "done"
    history = opened(carols, label)
    assert [m.get("event") for m in history["messages"]] == [None, "took_over"]


def test_read_marks_go_both_ways(carols, chat, label):
    opened(carols, label)
    carols.send({"type": "read", "conversation": label, "through": 1})
    assert chat.receive("read") == {"type": "read", "who": "agent", "through": 1}
    chat.send({"type": "read", "through": 1})
    mark = carols.receive("read", who="customer")
    assert (mark["through"], mark["conversation"]) == (1, label)


def test_at_the_end_all_screens_agree(house, carols, franks, chat, label):
    """Customer, both agents and whoever comes later have one picture."""
    for desk in (carols, franks):
        opened(desk, label)
    do(carols, "take_over", label)
    for i in range(5):
        say(chat, f"question {i}")
        say(carols, f"answer {i}", conversation=label)
        say(franks, f"note {i}", conversation=label, note=True)
    do(carols, "hand_back", label)
    say(chat, "thanks")
    for socket in (chat, carols, franks):
        socket.quiet(0.3)
    pictures = [
        Screen().take_all(f for f in desk.frames if f.get("conversation") == label)
        for desk in (carols, franks)
    ]
    assert pictures[0].state == pictures[1].state
    assert len(pictures[0].texts) == 19
    customers = Screen().take_all(chat.frames)
    assert customers.gaps == []
    assert customers.texts == [t for t in pictures[0].texts if not t.startswith("note")]
    assert customers.last == pictures[0].last
