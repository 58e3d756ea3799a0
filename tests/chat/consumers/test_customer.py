"""The customer's socket, on a real server: what a browser gets and may ask."""

import re

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.services.ws import Person, logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture
def alice(house):
    return visitor(house)


@pytest.fixture
def bob(house):
    """Another browser at the very same address."""
    return visitor(house)


def texts(frame) -> list[str]:
    return [message["content"] for message in frame["messages"]]


def say_all(chat, *said: str) -> list[dict]:
    """Says it all, waiting each time as a browser does; the acknowledgements."""
    frames = []
    for text in said:
        client_id = chat.say(text)
        frames.append(chat.receive("message", client_id=client_id))
    return frames


# ── coming ──


def test_the_first_frame_is_the_history(alice):
    with alice.chat() as chat:
        history = chat.history
    assert chat.frames[0] is history
    assert (history["messages"], history["through"], history["earlier"]) == ([], 0, False)
    assert history["label"] == "alice"
    assert history["status"] == {
        "status": "bot",
        "is_bot_active": True,
        "agent": None,
        "queue": None,
        "version": 0,
    }
    assert len(history["desk"]["questions"]) == 4
    assert "after" not in history


def test_a_message_comes_back_as_its_own_acknowledgement(alice):
    with alice.chat() as chat:
        client_id = chat.say("the wifi is slow")
        frame = chat.receive("message")
    timestamp = frame.pop("timestamp")
    assert timestamp.endswith("Z")
    assert frame == {
        "type": "message",
        "seq": 1,
        "sender": "customer",
        "message": "the wifi is slow",
        "name": "",
        "client_id": client_id,
    }


def test_the_contract_s_plainest_client(alice):
    """It sends {"message": …}, knows two frames and still has a correct chat."""
    with alice.chat() as chat:
        chat.send({"message": "hello"})
        frame = chat.receive("message", sender="customer")
        assert frame["message"] == "hello"
        assert frame["client_id"].startswith("server-")
    with alice.chat() as chat:
        assert [(m["sender"], m["content"]) for m in chat.history["messages"]] == [
            ("customer", "hello")
        ]


def test_a_client_cannot_name_itself_something_else(alice):
    posing = {"sender": "agent", "author_kind": "bot", "name": "Carol", "author_key": "bot"}
    with alice.chat() as chat:
        chat.send_wrong({"message": "trust me", **posing, "data": {"source": {}}, "seq": 99})
        frame = chat.receive("message")
    assert (frame["sender"], frame["name"], frame["seq"]) == ("customer", "", 1)
    assert "source" not in frame


def test_a_reload_shows_the_same(alice):
    with alice.chat() as chat:
        shown = say_all(chat, "one", "two", "three")
    with alice.chat() as chat:
        assert texts(chat.history) == ["one", "two", "three"]
        assert [m["client_id"] for m in chat.history["messages"]] == [f["client_id"] for f in shown]
        assert chat.history["through"] == 3


def test_two_windows_show_the_same_live(alice):
    with alice.chat() as here, alice.chat() as there:
        client_id = here.say("hello")
        assert here.receive("message") == there.receive("message")
        there.say("from there")
        frame = here.receive("message", message="from there")
        assert frame["seq"] == 2
        assert client_id != frame["client_id"]


def test_two_customers_at_one_address_never_see_each_other(alice, bob):
    with alice.chat() as alices, bob.chat() as bobs:
        say_all(alices, "a secret")
        assert bobs.quiet() == []
    with bob.chat() as again:
        assert again.history["messages"] == []


def test_who_has_no_cookie_yet_gets_one_with_the_handshake(house):
    stranger = Person(house, "alice")
    with stranger.chat() as chat:
        say_all(chat, "hello")
        cookies = chat.connection.response.headers.get_all("Set-Cookie")
    assert any("httponly" in cookie.lower() for cookie in cookies)
    name, _, value = cookies[0].partition(";")[0].partition("=")
    stranger.http.cookies.set(name, value)
    with stranger.chat() as chat:
        assert texts(chat.history) == ["hello"]


def test_a_page_that_was_made_for_somebody_else_gets_and_sends_nothing(house, alice, bob):
    """Alice's window is still open where Bob has logged in: what she left unsent stays unsent."""
    page = alice.page("/chat/alice/").text
    (whose,) = re.findall(r'data-whose="([0-9a-f]+)"', page)
    with alice.chat(whose=whose) as chat:
        assert chat.history["label"] == "alice"
    with bob.socket("/ws/chat/alice/", whose=whose, after=1) as chat:
        assert chat.next()["code"] == "session_over"
        assert chat.close_code() == 4001
    with Person(house, "alice").chat(whose=whose) as chat:  # a browser that keeps no cookies
        assert chat.history["messages"] == []


def test_a_made_up_cookie_is_a_new_visitor(house, alice):
    with alice.chat() as chat:
        say_all(chat, "a secret")
    poser = Person(house, "alice")
    poser.http.cookies.set("helpdesk_session", "x" * 32)
    with poser.chat() as chat:
        assert chat.history["messages"] == []


# ── once, in order, whole ──


def test_a_retry_is_acknowledged_again_and_stored_once(alice):
    with alice.chat() as chat:
        first = chat.say("hello", client_id="retry-1") and chat.receive("message")
    with alice.chat() as chat:
        chat.say("hello", client_id="retry-1")
        again = chat.receive("message")
        assert again == first
        assert chat.quiet(0.3) == []
    with alice.chat() as chat:
        assert texts(chat.history) == ["hello"]


def test_a_retry_in_one_window_is_nothing_new_in_the_other(alice):
    with alice.chat() as here, alice.chat() as there:
        here.say("hello", client_id="retry-2")
        there.receive("message")
        here.say("hello", client_id="retry-2")
        here.receive("message")
        here.receive("message")
        assert there.quiet(0.3) == []


def test_what_was_sent_at_once_comes_in_its_order(alice):
    with alice.chat() as chat:
        sent = [chat.say(f"message {i}") for i in range(100)]
        frames = [chat.receive("message") for _ in sent]
    assert [frame["client_id"] for frame in frames] == sent
    assert [frame["seq"] for frame in frames] == list(range(1, 101))


def test_who_asks_for_batches_gets_each_message_once(alice):
    with alice.chat() as plain, alice.chat(batch=1) as batched:
        for i in range(60):
            plain.say(f"message {i}")
        for _ in range(60):
            plain.receive("message")
        seen = []
        while len(seen) < 60:
            frame = batched.next()
            if frame["type"] == "message":
                seen.append(frame["seq"])
            elif frame["type"] == "messages":
                seen += [message["seq"] for message in frame["messages"]]
                assert frame["through"] == seen[-1]
    assert seen == list(range(1, 61))
    assert not [frame for frame in plain.frames if frame["type"] == "messages"]


# ── what was missed ──


@pytest.fixture(scope="module")
def long_talk(house):
    """A visitor who has written 260 messages."""
    eve = visitor(house, "eve")
    with eve.chat() as chat:
        for i in range(260):
            chat.say(str(i + 1))
        for _ in range(260):
            chat.receive("message")
    return eve


def seqs(frame) -> list[int]:
    return [message["seq"] for message in frame["messages"]]


def test_the_history_is_the_last_fifty_and_earlier_ones_come_on_request(long_talk):
    with long_talk.chat() as chat:
        assert seqs(chat.history) == list(range(211, 261))
        assert chat.history["earlier"] is True
        chat.send({"type": "earlier", "before": 211})
        frame = chat.receive("earlier")
        assert seqs(frame) == list(range(161, 211))
        assert (frame["before"], frame["earlier"]) == (211, True)
        chat.send({"type": "earlier", "before": 21})
        frame = chat.receive("earlier")
        assert seqs(frame) == list(range(1, 21))
        assert frame["earlier"] is False


@pytest.mark.parametrize("before", [0, 1])
def test_before_the_beginning_there_is_nothing(long_talk, before):
    with long_talk.chat() as chat:
        chat.send({"type": "earlier", "before": before})
        frame = chat.receive("earlier")
    assert (frame["messages"], frame["earlier"]) == ([], False)


def test_who_comes_back_gets_only_what_is_new(long_talk):
    with long_talk.chat(after=257) as chat:
        assert seqs(chat.history) == [258, 259, 260]
        assert (chat.history["after"], chat.history["through"]) == (257, 260)


def test_who_comes_back_too_late_starts_anew(long_talk):
    with long_talk.chat(after=59) as chat:
        assert "after" not in chat.history
        assert seqs(chat.history) == list(range(211, 261))
    with long_talk.chat(after=60) as chat:
        assert chat.history["after"] == 60
        assert len(seqs(chat.history)) == 200


@pytest.mark.parametrize("after", ["261", "-1", "x", "", "9" * 5000, "٣", "1.5"])
def test_an_odd_after_starts_anew_or_is_understood(long_talk, after):
    with long_talk.chat(after=after) as chat:
        assert chat.history["through"] == 260
        assert seqs(chat.history)[-1] == 260


def test_catching_up_leaves_no_gap_however_much_is_missing(long_talk):
    with long_talk.chat() as chat:
        chat.send({"type": "catch_up", "after": 5})
        first = chat.receive("messages")
        assert seqs(first) == list(range(6, 206))
        assert first["through"] == 205
        chat.send({"type": "catch_up", "after": first["through"]})
        second = chat.receive("messages")
        assert seqs(second) == list(range(206, 261))
        assert second["through"] == 260


# ── other commands ──


def test_ping(alice):
    with alice.chat() as chat:
        chat.send({"type": "ping"})
        assert chat.next() == {"type": "pong"}


def test_reading_is_told_to_the_other_window_and_kept(alice):
    with alice.chat() as here, alice.chat() as there:
        say_all(here, "one", "two")
        here.send({"type": "read", "through": 2})
        assert there.receive("read") == {"type": "read", "who": "customer", "through": 2}
    with alice.chat() as chat:
        assert chat.history["read"] == {"customer": 2}


def test_asking_for_a_person_tells_what_happens_now(alice):
    with alice.chat() as chat:
        say_all(chat, "help")
        chat.send({"type": "person", "client_id": "person-1"})
        told = chat.receive("message", sender="system")
        assert told["event"] == "waiting"
        status = chat.receive("status")
        assert (status["status"], status["is_bot_active"], status["agent"]) == ("open", False, None)
        placed = chat.receive("status")
        assert placed["queue"]["position"] >= 1
    with alice.chat() as chat:
        assert chat.history["status"]["status"] == "open"
        # The place comes behind the history.
        assert chat.receive("status")["queue"]["position"] >= 1


def test_the_customer_s_own_words_in_rest(alice):
    with alice.chat() as chat:
        say_all(chat, "hello")
    found = alice.page("/api/conversation/alice/").json()
    assert [(m["sender"], m["content"]) for m in found["messages"]] == [("customer", "hello")]


@pytest.mark.parametrize("path", ["/ws/chat/-/", "/ws/chat/a%00b/", "/ws/nothing/", "/ws/chat//"])
def test_what_is_no_address_is_refused_at_the_handshake(path, alice):
    with pytest.raises(InvalidStatus) as caught:
        alice.socket(path)
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "http://evil.example", "https://127.0.0.1", "null"])
def test_another_site_s_script_is_refused_at_the_handshake(origin, house, alice):
    cookie = "; ".join(f"{one.name}={one.value}" for one in alice.http.cookies.jar)
    with pytest.raises(InvalidStatus) as caught:
        connect(
            f"{house.sockets}/ws/chat/alice/",
            origin=origin,
            additional_headers={"Cookie": cookie},
            proxy=None,
        )
    assert caught.value.response.status_code == 403


# ── typing ──


def test_typing_goes_to_the_agents_and_is_stored_nowhere(alice, house):
    carol = logged_in(house)
    with alice.chat("alice-types") as chat, alice.chat("alice-types") as window:
        say_all(chat, "hello")
        with carol.desk() as desk:
            desk.send({"type": "open", "conversation": "alice-types"})
            desk.receive("history")
            chat.send({"type": "typing", "on": True})
            shown = {"sender": "customer", "on": True, "conversation": "alice-types"}
            assert desk.receive("typing", **shown).keys() == {"type", *shown}
            chat.send({"type": "ping"})
            chat.receive("pong")
            assert "typing" not in {frame["type"] for frame in chat.frames + window.quiet(0.1)}
    with alice.chat("alice-types") as chat:
        assert texts(chat.history) == ["hello"]


def test_only_who_has_the_conversation_is_seen_typing(alice, house):
    carol, frank = logged_in(house), logged_in(house, "agent2")
    with alice.chat("alice-waits") as chat, carol.desk() as carols, frank.desk() as franks:
        say_all(chat, "hello")
        for desk in (carols, franks):
            desk.send({"type": "open", "conversation": "alice-waits"})
            desk.receive("history")
        carols.send({"type": "take_over", "conversation": "alice-waits"})
        franks.receive("status", status="open")
        for desk in (franks, carols):
            desk.send({"type": "typing", "conversation": "alice-waits", "on": True})
            desk.send({"type": "ping"})
            desk.receive("pong")
        assert chat.receive("typing") == {
            "type": "typing",
            "sender": "agent",
            "name": "Carol Reyes",
            "on": True,
        }
        assert "typing" not in {frame["type"] for frame in chat.quiet(0.2)}


def test_typing_in_what_is_not_open_is_refused(alice, house):
    carol = logged_in(house)
    with alice.chat("alice-shut") as chat, carol.desk() as desk:
        say_all(chat, "hello")
        desk.send({"type": "typing", "conversation": "alice-shut", "on": True})
        assert desk.receive("error")["code"] == "not_found"
