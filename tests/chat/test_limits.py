"""How much one visitor, and one address, may ask."""

import pytest

from chat import limits
from chat.access import Participant
from chat.limits import TooMany


@pytest.fixture(autouse=True)
def fresh(monkeypatch, settings):
    monkeypatch.setattr(limits, "_messages", limits.Minute())
    monkeypatch.setattr(limits, "_sockets", type(limits._sockets)())
    settings.MESSAGES_A_MINUTE, settings.MESSAGES_A_MINUTE_BY_ADDRESS = 3, 5
    settings.SOCKETS, settings.SOCKETS_BY_ADDRESS = 2, 3


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock, to be set; a minute begins at a multiple of 60."""
    now = [600.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    return now


ALICE = Participant("visitor:alice", address="10.0.0.1")
BOB = Participant("visitor:bob", address="10.0.0.1")
EVE = Participant("visitor:eve", address="10.0.0.2")


def test_a_visitor_s_messages_a_minute(clock):
    for _ in range(3):
        limits.count_message(ALICE)
    clock[0] += 20
    with pytest.raises(TooMany) as caught:
        limits.count_message(ALICE)
    assert caught.value.frame() == {
        "type": "error",
        "code": "too_many_messages",
        "detail": "That is more than 3 messages a minute. Please wait 40 s.",
        "retry_after": 40,
    }
    limits.count_message(EVE)


def test_after_the_time_it_said_one_may_write_again(clock):
    for _ in range(3):
        limits.count_message(ALICE)
    with pytest.raises(TooMany) as caught:
        limits.count_message(ALICE)
    clock[0] += caught.value.extra["retry_after"]
    limits.count_message(ALICE)


def test_an_address_s_messages_a_minute(clock):
    for participant in (ALICE, ALICE, ALICE, BOB, BOB):
        limits.count_message(participant)
    with pytest.raises(TooMany):
        limits.count_message(BOB)
    limits.count_message(EVE)


def test_a_visitor_s_sockets():
    limits.open_socket(ALICE)
    limits.open_socket(ALICE)
    with pytest.raises(TooMany) as caught:
        limits.open_socket(ALICE)
    assert caught.value.code == "too_many_sockets"
    limits.close_socket(ALICE)
    limits.open_socket(ALICE)


def test_an_address_s_sockets():
    for participant in (ALICE, ALICE, BOB):
        limits.open_socket(participant)
    with pytest.raises(TooMany):
        limits.open_socket(BOB)
    limits.open_socket(EVE)


def test_a_socket_that_was_refused_is_not_counted():
    for participant in (ALICE, ALICE, BOB):
        limits.open_socket(participant)
    for _ in range(3):
        with pytest.raises(TooMany):
            limits.open_socket(BOB)
    limits.close_socket(ALICE)
    limits.open_socket(BOB)


def test_what_is_closed_is_forgotten():
    for _ in range(100):
        limits.open_socket(ALICE)
        limits.close_socket(ALICE)
    assert not limits._sockets


def test_conversations_that_begin_at_an_address(clock):
    """Their rows stay, whether anything is said in them or not."""
    for _ in range(5):
        limits.count_beginning("10.0.0.1")
    with pytest.raises(TooMany):
        limits.count_beginning("10.0.0.1")
    limits.count_beginning("10.0.0.2")
    limits.count_message(ALICE)


def test_what_else_a_socket_asks_is_counted_too(clock):
    for _ in range(30):
        limits.count_command(ALICE)
    with pytest.raises(TooMany):
        limits.count_command(ALICE)
    limits.count_command(BOB)
    limits.count_message(ALICE)
