"""Every bad frame is an error frame on a living socket; one test a frame, one server."""

import json

import pytest

from tests.chat.commands.test_base import BAD
from tests.services.ws import logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def chat(house):
    with visitor(house).chat() as chat:
        yield chat


@pytest.fixture(scope="module")
def desk(house):
    with logged_in(house).desk() as desk:
        yield desk


def lives(socket) -> bool:
    socket.send({"type": "ping"})
    return socket.receive("pong") == {"type": "pong"}


@pytest.mark.parametrize("name", BAD)
def test_the_customer_s_socket_lives_on(name, chat):
    text, code = BAD[name]
    chat.send(b"\x00\xff" if text is None else text)
    error = chat.receive("error")
    assert error["code"] == code
    assert error["detail"]
    assert lives(chat)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"message": "   "}, "empty"),
        ({"message": "x" * 4001}, "too_long"),
        ({"message": "hello", "choice": -1}, "bad_frame"),
        ({"message": "hello", "choice": "4"}, "bad_frame"),
        ({"type": "earlier"}, "bad_frame"),
        ({"type": "catch_up", "after": None}, "bad_frame"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_sender_s_marks(frame, code, chat):
    chat.send_wrong({**frame, "client_id": "c-1", "id": "i-1"})
    error = chat.receive("error")
    assert error["code"] == code
    if code in ("empty", "too_long"):
        assert (error["client_id"], error["id"]) == ("c-1", "i-1")
    assert lives(chat)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "open"}, "bad_frame"),
        ({"type": "open", "conversation": "nobody"}, "not_found"),
        ({"type": "open", "conversation": "a\x00b"}, "bad_frame"),
        ({"type": "open", "conversation": "x" * 81}, "bad_frame"),
        ({"type": "message", "conversation": "nobody", "message": "hi"}, "not_found"),
        ({"type": "message", "message": "hi"}, "bad_frame"),
        ({"type": "take_over", "conversation": "nobody"}, "not_found"),
        ({"type": "take_over", "conversation": "nobody", "confirm": "yes"}, "bad_frame"),
        ({"type": "earlier", "conversation": "nobody", "before": 5}, "not_found"),
        ({"type": "catch_up", "conversation": "nobody", "after": 5}, "not_found"),
        ({"type": "read", "conversation": "nobody", "through": 5}, "not_found"),
        ({"type": "more", "section": "everything", "after": "x"}, "bad_frame"),
        ({"type": "more", "section": "bot", "after": "nobody"}, "not_found"),
        ({"type": "person"}, "unknown_type"),
    ],
)
def test_the_agents_socket_lives_on(frame, code, desk):
    desk.send_wrong({**frame, "id": "i-1"})
    assert desk.receive("error")["code"] == code
    assert lives(desk)


def test_closing_what_is_not_open_is_nothing(desk):
    desk.send({"type": "close", "conversation": "nobody"})
    assert lives(desk)


@pytest.mark.parametrize("name", sorted(BAD.keys() - {"an agent's command"}))
def test_the_agents_socket_lives_on_as_well(name, desk):
    text, code = BAD[name]
    desk.send(b"\x00\xff" if text is None else text)
    assert desk.receive("error")["code"] == code
    assert lives(desk)


def test_the_next_good_frame_is_served(chat):
    chat.send("{")
    chat.receive("error")
    client_id = chat.say("still here")
    assert chat.receive("message", client_id=client_id)["message"] == "still here"


def test_what_is_over_64_kib_closes_with_1009_and_only_that_socket(house, chat):
    with visitor(house, "bob").chat() as other:
        other.send(json.dumps({"message": "x" * 70_000}))
        assert other.close_code() == 1009
    assert lives(chat)


def test_nothing_of_it_was_an_error_of_the_server(house):
    assert "Traceback" not in house.log
