"""The scripted frames say nothing that the real server does not say in the same form."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages.agent_frames import CAROL, answers, lists, opened, summary
from tests.pages.frames import history, live, message, queue, status
from tests.services.server import Server
from tests.services.ws import Chat, Socket, logged_in, visitor


def assert_like(scripted: Any, real: Any, path: str = "frame") -> None:
    """Each key of the scripted value stands in the real one, with the same kind of value."""
    if isinstance(scripted, dict) and isinstance(real, dict):
        missing = scripted.keys() - real.keys()
        assert not missing, f"{path}: the server sends no {missing}"
        for key, value in scripted.items():
            assert_like(value, real[key], f"{path}.{key}")
    elif isinstance(scripted, list) and isinstance(real, list):
        if scripted and real:
            assert_like(scripted[0], real[0], f"{path}[0]")
    elif scripted is not None and real is not None:
        kinds = (int, float) if isinstance(real, int | float) else type(real)
        assert isinstance(scripted, kinds), f"{path}: {scripted!r} is no {real!r}"


@pytest.fixture
def chat(pages_server: Server) -> Iterator[Chat]:
    with visitor(pages_server, "contract").chat() as chat:
        yield chat


@pytest.fixture
def desk(pages_server: Server) -> Iterator[Socket]:
    with logged_in(pages_server).desk() as desk:
        yield desk


def test_a_customers_frames(chat: Chat):
    assert_like(history([], read={}), chat.history)
    chat.say("hello", client_id="one")
    assert_like(live(message(1, "customer", "hello")), chat.receive("message", sender="customer"))
    assert_like(live(message(2, "bot", "Hello!")), chat.receive("message", sender="bot"))
    chat.send({"type": "catch_up", "after": 0})
    caught_up = {"type": "messages", "messages": [message(1, "customer", "hello")], "through": 2}
    assert_like(caught_up, chat.receive("messages"))
    chat.send({"type": "earlier", "before": 2})
    asked = {"messages": [message(1, "customer", "hello")], "before": 2, "earlier": False}
    assert_like(asked, chat.receive("earlier"))
    chat.send({"type": "person", "client_id": "two"})
    waiting = status("open", queue=queue(1))
    assert_like(waiting, chat.receive("status", status="open"))
    event = live(message(3, "system", "…", event="waiting"))
    assert_like(event, next(one for one in chat.frames if one.get("sender") == "system"))
    chat.say("", client_id="three")
    assert_like({"code": "empty", "detail": "…", "client_id": "three"}, chat.receive("error"))
    chat.send({"type": "ping"})
    chat.receive("pong")


def test_an_agents_frames(chat: Chat, desk: Socket):
    chat.say("I want a person")
    chat.send({"type": "person"})
    chat.receive("status", status="open")
    desk.send({"type": "lists"})
    real = desk.receive("lists")
    one = summary("contract", "…", 1, "open", sender="customer")
    assert_like(lists([one], unread={}), real)
    conversation = real["conversations"][-1]["conversation"]
    desk.send({"type": "open", "conversation": conversation})
    waiting = status("open", queue=queue(1))
    thread = [message(1, "customer", "…")]
    assert_like(opened(conversation, thread, waiting, read={}), desk.receive("history"))
    desk.send({"type": "answers", "conversation": conversation})
    assert_like({**answers(), "entries": []}, desk.receive("answers"))
    desk.send({"type": "take_over", "conversation": conversation, "id": "a"})
    mine = {"conversation": conversation, **status("open", agent=CAROL)}
    assert_like(mine, desk.receive("status", status="open"))
    assert_like({"id": "a", "conversation": conversation}, desk.receive("done"))
    reply = {"type": "message", "conversation": conversation, "message": "Hi", "client_id": "b"}
    desk.send({**reply, "note": True})
    assert_like(live(message(4, "agent", "Hi", note=True)), desk.receive("message", client_id="b"))
    chat.receive("through")
    desk.send({"type": "read", "conversation": conversation, "through": 1})
    changed = {"conversations": [{**one, "unread": 1}], "counts": {}}
    assert_like(changed, desk.receive("conversations"))
    desk.send({"type": "open", "conversation": "gone", "id": "c"})
    refusal = {"code": "not_found", "detail": "…", "conversation": "gone", "id": "c"}
    assert_like(refusal, desk.receive("error"))
