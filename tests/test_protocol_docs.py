"""docs/protocol.md against the code's tables and against what a real server says."""

import ast
import contextlib
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from chat.actions.delivery import DISPLACED
from chat.bot.turn import TurnIsOver
from chat.commands import AGENT_COMMANDS, CUSTOMER_COMMANDS, MEMBER_COMMANDS
from chat.errors import Code, Conflict, Refused
from chat.hub import socket as sockets
from chat.images.decoding import Unusable
from chat.limits import TooMany
from tests import protocol_page as page
from tests.services.members import Member, tokens
from tests.services.server import copy_of_demo
from tests.services.ws import logged_in, visitor
from tests.settings import ROOT

TABLES = {"customers": CUSTOMER_COMMANDS, "agents": AGENT_COMMANDS, "members": MEMBER_COMMANDS}
SHARED = page.examples("Events for customers")
AGENTS = page.examples("Events for agents")
MEMBERS = page.examples("Events for members")
OBJECTS = {
    name: page.example(page.section(f"{name} object"))
    for name in ("MESSAGE", "STATUS", "SUMMARY", "ANNOUNCEMENT", "ASSISTANT")
}


# ── the page and the code's tables ──


@pytest.mark.parametrize("whose", TABLES)
def test_the_commands_are_the_code_s(whose):
    assert page.examples(f"Commands of {whose}").keys() == TABLES[whose].keys()


@pytest.mark.parametrize(
    ("whose", "name"), [(whose, name) for whose, table in TABLES.items() for name in table]
)
def test_a_command_s_fields_are_the_code_s(whose, name):
    shown = page.examples(f"Commands of {whose}")[name]
    fields = msgspec.structs.fields(TABLES[whose][name].type)
    assert shown.keys - {"type"} == {f.name for f in fields} - {"id"}
    assert shown.required - {"type"} == {f.name for f in fields if f.required}


@pytest.mark.parametrize("whose", TABLES)
def test_a_command_s_example_is_one(whose):
    for name, shown in page.examples(f"Commands of {whose}").items():
        command = TABLES[whose][name].decode(msgspec.json.encode(shown.value))
        assert command.id is None


def sources() -> Iterator[ast.AST]:
    """Every node of the chat's code; the bot's has no frames of its own."""
    for path in (ROOT / "chat").rglob("*.py"):
        if "bot" not in path.parts and "migrations" not in path.parts:
            yield from ast.walk(ast.parse(path.read_text()))


def frame_types() -> set[str]:
    """What stands as "type" in the code's frames."""
    found = set()
    for node in sources():
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "type":
                    assert isinstance(value, ast.Constant)
                    found.add(value.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "frame['type']":
            assert isinstance(node.value, ast.Constant)
            found.add(node.value.value)
    return {kind for kind in found if "." not in kind}  # websocket.send is ASGI's


def test_the_events_are_the_code_s():
    assert SHARED.keys() | AGENTS.keys() | MEMBERS.keys() == frame_types()


def error_codes() -> set[str]:
    """The first argument wherever the code makes an error; mypy holds each to errors.Code."""
    found = set()
    for path in (*(ROOT / "chat").rglob("*.py"), *(ROOT / "accounts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                found |= _code_of(node)
    return found


MAKERS = {kind.__name__ for kind in (Refused, Conflict, TooMany, TurnIsOver, Unusable)}


def _code_of(call: ast.Call) -> set[str]:
    """The code of the error that a call makes. Other classes say their own to `super`."""
    name, first = ast.unparse(call.func), call.args[0]
    if name.rpartition(".")[2] in MAKERS:
        assert isinstance(first, ast.Constant), ast.unparse(call)
        return {first.value}
    is_own = name == "super().__init__" and isinstance(first, ast.Constant) and len(call.args) == 2
    return {first.value} if is_own else set()


def test_the_error_codes_are_the_code_s():
    assert sorted(page.codes("Errors")) == sorted(get_args(Code))


def test_every_error_code_is_raised_somewhere_and_every_class_of_errors_is_known():
    assert error_codes() == set(get_args(Code))
    assert {kind.__name__ for kind in _kinds(Refused)} == MAKERS | OF_ONE_CODE


OF_ONE_CODE = {
    "NotFound",
    "NotAllowed",
    "NotAuthenticated",
    "SessionOver",
    "Restarting",
    "NotSaved",
}


def _kinds(kind: type) -> set[type]:
    return {kind}.union(*(_kinds(one) for one in kind.__subclasses__()))


def test_the_close_codes_are_the_code_s():
    ours = {
        sockets.TOO_SLOW,
        sockets.SESSION_OVER,
        sockets.NOT_ALLOWED,
        sockets.TOO_MANY,
        sockets.RESTARTING,
        DISPLACED,
    }
    assert {int(code) for code in page.codes("Close codes")} == ours | {1009}


# ── the page and a real server ──


def expected(frame: dict, for_agents: bool) -> page.Example:
    """What the page says about a frame."""
    kind = frame["type"]
    own = AGENTS.get(kind) if for_agents else None
    shown = own or SHARED[kind]
    if kind == "message":
        shown = page.Example(
            {**OBJECTS["MESSAGE"].value, **shown.value}, OBJECTS["MESSAGE"].optional | {"content"}
        )
    if own or not for_agents or kind == "pong":
        return shown
    optional = shown.optional | ({"agent", "conversation"} if kind == "error" else set())
    return page.Example({**shown.value, "conversation": "", "agent": ""}, optional | {"agent"})


def hold(value: dict, shown: page.Example) -> None:
    assert set(value) <= shown.keys, f"not on the page: {set(value) - shown.keys} in {value}"
    assert set(value) >= shown.required, f"missing: {shown.required - set(value)} in {value}"


def hold_frame(frame: dict, for_agents: bool) -> None:
    """The frame's keys are the page's, and so are those of the objects in it."""
    hold(frame, expected(frame, for_agents))
    for message in frame.get("messages", ()):
        hold(message, OBJECTS["MESSAGE"])
    for holder in [frame, *frame.get("messages", ())] if not for_agents else ():
        if "assistant" in holder:
            hold(holder["assistant"], OBJECTS["ASSISTANT"])
    for summary in frame.get("conversations", ()):
        hold(summary, OBJECTS["SUMMARY"])
    for announcement in frame.get("announcements", ()):
        hold_announcement(announcement, frame["type"] == "announcement_list")
    if frame["type"] == "announcement":
        hold_announcement(frame["announcement"], False)
    if frame["type"] == "history":
        hold(frame["status"], OBJECTS["STATUS"])
    if not for_agents:
        assert "evidence" not in frame
        assert "conversation" not in frame


def hold_announcement(announcement: dict, is_listed: bool) -> None:
    (listed,) = AGENTS["announcement_list"].value["announcements"]
    shown = page.Example(listed, frozenset()) if is_listed else OBJECTS["ANNOUNCEMENT"]
    hold(announcement, shown)


@pytest.fixture(scope="module")
def server(demo, tmp_path_factory):
    """A desk whose bot has a model that writes at once."""
    desk = copy_of_demo(
        demo,
        tmp_path_factory.mktemp("protocol"),
        language_model="echo",
        language_model_provider="tests.chat.bot.doubles.EchoModel",
        sockets=3,
        messages_a_minute=9,
    )
    server = desk.server()
    server.wait_until_learned()
    yield server
    desk.close()


def send(socket, command: dict) -> None:
    socket.send(command)
    socket.send({"type": "ping"})
    socket.receive("pong")


# No entry answers it, and what the model reads out of the nearest passes the guard.
MODELS = "Where does a newsletter go that the filter caught two months ago?"
BROKEN = {"bad_json", "bad_frame", "unknown_type", "internal"}


@pytest.mark.server
def test_every_command_and_event_with_a_real_server(server):
    """A morning at the desk, in which each of them occurs; then every frame is held."""
    alice, carol, author = visitor(server), logged_in(server, "agent2"), logged_in(server)
    with (
        alice.chat() as chat,
        alice.chat(batch=1) as window,
        carol.desk() as desk,
        author.desk() as authors_desk,
    ):
        send(authors_desk, {"type": "announcements"})
        author.post("/api/announcements/", json={"text": "The network is slow today."})
        chat.receive("announcement")
        authors_desk.receive("announcement_list")
        opening = [f for f in _agents_commands() if f["type"] in ("lists", "open")]
        chat.say("hello")
        chat.receive("message", sender="bot")
        for command in opening:
            send(desk, command)
        chat.say(MODELS)
        chat.receive("typing", on=False)
        chat.say("How do I connect to Wi-Fi?")
        answer = next(
            frame
            for frame in iter(lambda: chat.receive("message", sender="bot"), None)
            if "source" in frame
        )
        send(chat, {"type": "rate", "seq": answer["seq"], "value": "down"})
        for name, shown in page.examples("Commands of customers").items():
            send(chat, shown.value)
            assert name in CUSTOMER_COMMANDS
            if name == "person":  # with the way back to the bot in one group, it is not told
                chat.receive("status", status="open")
        for command in _agents_commands():
            send(desk, command)
            if command["type"] == "message":
                send(desk, {**command, "note": False, "client_id": "too early"})
        send(desk, {"type": "take_over", "conversation": "alice", "id": "again"})
        for _ in range(8):
            chat.say("too many")
        chat.receive("error", code="too_many_messages")
        for socket in (chat, window, desk):
            socket.quiet(1.2)
        heard = {socket: socket.frames for socket in (chat, window, desk, authors_desk)}
    for socket, frames in heard.items():
        for frame in frames:
            hold_frame(frame, socket in (desk, authors_desk))
    errors = [f for frames in heard.values() for f in frames if f["type"] == "error"]
    assert not BROKEN & {error["code"] for error in errors}, errors
    said = {f["type"] for f in heard[chat] + heard[window]}
    assert said >= SHARED.keys()
    at_desks = {f["type"] for f in heard[desk] + heard[authors_desk]}
    assert at_desks >= AGENTS.keys() | {"message", "status", "read"}


def _agents_commands() -> list[dict]:
    """The page's examples, in its order: what is open stays open until the last."""
    return [shown.value for shown in page.examples("Commands of agents").values()]


@pytest.mark.server
def test_the_close_codes_of_who_is_turned_away(server):
    alice = visitor(server, "bob")
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(alice.chat())
        with alice.socket("/ws/chat/bob/") as fourth:
            hold_frame(fourth.next(), False)
            assert fourth.close_code() == sockets.TOO_MANY
    with alice.socket("/ws/agent/") as stranger:
        hold_frame(stranger.next(), False)
        assert stranger.close_code() == sockets.NOT_ALLOWED


@pytest.mark.server
def test_the_rest_s_answers(server):
    carol = logged_in(server, "agent")
    alice = visitor(server, "rest")
    with alice.chat() as chat:
        chat.say("hello")
        chat.receive("message", sender="bot")
    text = page.section("REST", 2)
    for deed in ("takeover", "transfer", "handback", "resolve"):
        answer = carol.post(f"/api/agent/{deed}/rest/", json={"to": "agent"})
        assert answer.status_code == 200
        assert answer.json()["message"] in text
    (listed,) = [
        one
        for one in carol.page("/api/agent/dashboard/").json()["conversations"]
        if one["customer_id"] == "rest"
    ]
    for key in [*listed, *alice.page("/api/conversation/rest/").json()["messages"][0]]:
        assert f'"{key}"' in text
    for path in ("/healthz", "/readyz"):
        assert all(f'"{key}"' in text for key in carol.page(path).json())


def hold_data(frame: dict) -> None:
    """A member's frame, and the objects in it, have the page's keys."""
    shown = MEMBERS[frame["type"]]
    hold(frame, shown)
    if frame["type"] == "ANNOUNCEMENT":
        hold_announcement(frame["data"], False)
        return
    if "data" not in frame:
        return
    rows, examples = (
        [one] if isinstance(one, dict) else one for one in (frame["data"], shown.value["data"])
    )
    for row in rows:
        hold(row, page.Example(examples[0], frozenset()))
    item = page.Example(MEMBERS["SEND"].value["data"]["message"][0], frozenset({"client_id"}))
    for row in rows:
        for message in row.get("message", ()) if frame["type"] != "READ" else ():
            hold(message, item)


@pytest.mark.server
def test_the_members_frames_with_a_real_server(server):
    emails = "krediq@gmail.com", "cp1@gmail.com"
    keys = tokens(server.desk, *emails)
    with (
        Member(server, emails[0], keys[emails[0]]) as one,
        Member(server, emails[1], keys[emails[1]]) as other,
    ):
        commands = page.examples("Commands of members")
        started = {k: v for k, v in commands["SEND"].value.items() if k != "config_id"}
        one.send(started)
        config_id = other.sent()["config_id"]
        one.sent()
        for command in commands.values():
            here = (
                {**command.value, "config_id": config_id}
                if "config_id" in command.keys
                else command.value
            )
            one.send(here)
        other.page(config_id)
        author = logged_in(server)
        author.post("/api/announcements/", json={"text": "Late", "audience": "members"})
        one.receive("ANNOUNCEMENT")
        one.send({"type": "CHAT_LIST", "email": "else@where", "id": "42"})
        one.receive("ERROR")
        heard = [*one.frames, *one.quiet(1.2), *other.quiet()]
    for frame in heard:
        hold_data(frame)
    assert {frame["type"] for frame in one.frames} >= MEMBERS.keys()


@pytest.mark.server
def test_a_stopped_server_closes_with_its_code(server):
    with visitor(server, "last").chat() as chat:
        server.stop()
        assert chat.close_code() == sockets.RESTARTING
