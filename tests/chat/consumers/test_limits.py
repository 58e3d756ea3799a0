"""Limits on a real server: too many messages, too many sockets, a clear error for each."""

import pytest

from tests.services.ws import visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def strict(module_desk):
    return module_desk(bot="outside", messages_a_minute=3, sockets=2).server()


def test_who_writes_too_much_is_told_when_to_go_on(strict):
    with visitor(strict).chat() as chat:
        for i in range(3):
            chat.receive("message", client_id=chat.say(str(i)))
        client_id = chat.say("one too many")
        error = chat.receive("error")
        assert (error["code"], error["client_id"]) == ("too_many_messages", client_id)
        assert 1 <= error["retry_after"] <= 60
        chat.send({"type": "ping"})
        assert chat.receive("pong")
    with visitor(strict).chat() as somebody_else:
        assert somebody_else.receive("message", client_id=somebody_else.say("hello"))


def test_a_socket_too_many_is_told_why_and_closed_with_4008(strict):
    alice = visitor(strict)
    with alice.chat(), alice.chat():
        with alice.socket("/ws/chat/alice/") as third:
            assert third.next()["code"] == "too_many_sockets"
            assert third.close_code() == 4008
        with visitor(strict).chat() as somebody_else:
            assert somebody_else.history
    with alice.chat() as again:
        assert again.history


def test_whoever_opens_one_conversation_after_the_other_is_stopped(module_desk):
    few = module_desk(bot="outside", messages_a_minute_by_address=3).server()
    alice = visitor(few)
    # A new minute may begin among the first three; not among seven.
    first = []
    for label in "abcdefg":
        with alice.socket(f"/ws/chat/{label}/") as socket:
            first.append(socket.next())
    assert "too_many_messages" in [frame.get("code") for frame in first]
    with alice.chat("a") as known:
        assert known.history
