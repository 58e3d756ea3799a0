"""The devices' socket on a real server: who hears what, and what is refused how."""

import contextlib
import json
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from chat.actions.delivery import DISPLACED
from tests.services.devices import Device
from tests.services.patience import EVENTUALLY
from tests.services.ws import logged_in

pytestmark = pytest.mark.server


@pytest.fixture
def device(house):
    """Connects devices: device("Printer"), with no name one that has yet to register."""
    with contextlib.ExitStack() as stack:

        def come(name: str = "", key: str = "", **options: object) -> Device:
            name = f"{name} {uuid4().hex[:8]}" if name and not key else name
            found = Device(f"{house.sockets}/", name, key, **options)
            stack.callback(found.close)
            return found

        yield come


def refused(line: str) -> bool:
    return line.startswith("Error: ") and "\n" not in line


# ── before anything ──
@pytest.mark.parametrize(
    "frame",
    [
        {"to_id": "x", "message": "y"},
        {"question": "wifi"},
        {"is_group": True, "message": "y"},
        {"disconnect": True},
        {"auth_key": "mCWtZJUic1Sj8JYK"},
        {"auth_key": "mCWtZJUic1Sj8JYK", "question": "wifi"},
        {"auth_key": ""},
    ],
)
def test_first_a_device_registers(device, frame):
    stranger = device()
    stranger.send(frame)
    assert stranger.line() == "Must Register Your Device First"


def test_what_is_no_name_is_told_in_the_contract_s_words(device):
    stranger = device()
    for name in ("", "x" * 65, 7, None, "help desk"):
        stranger.send({"register": True, "device_name": name})
        assert stranger.line() == "Could Not Register Your Device Successfully"
    stranger.send({"register": True})
    assert stranger.line() == "Could Not Register Your Device Successfully"


def test_a_page_of_another_site_may_not_connect_and_ours_and_programs_may(device, house):
    device(origin=house.url)
    with pytest.raises(InvalidStatus):
        device(origin="http://evil.example")


def test_cookies_say_nothing(device, house):
    cookies = "; ".join(f"{c.name}={c.value}" for c in logged_in(house).http.cookies.jar)
    stranger = device(additional_headers={"Cookie": cookies})
    stranger.send({"question": "wifi"})
    assert stranger.line() == "Must Register Your Device First"


# ── frames that are wrong ──
WRONG = [
    "", "hello", "[1, 2]", '"text"', "7", "null", "NaN", "{", "{}", '{"colour": "blue"}',
    '{"message": 5}', '{"to_id": ["x"], "message": "y"}', '{"is_group": "yes"}',
    '{"auth_key": 5}', '{"question": {"a": 1}}', '{"register": "true"}', '{"client_id": 5}',
    '{"message": "y"}', '{"to_id": "x"}', '{"to_id": "", "message": "y"}',
    json.dumps({"to_id": "x" * 65, "message": "y"}), json.dumps({"to_id": "x\ny", "message": "y"}),
    '{"to_id": "x", "message": ""}', '{"to_id": "x", "message": "   "}',
    json.dumps({"to_id": "x", "message": "y" * 4001}), json.dumps({"question": "y" * 4001}),
    '{"question": ""}', '{"question": "a", "message": "b"}',
    '{"is_group": true}', '{"is_group": true, "to_id": "x", "message": "y"}',
    json.dumps({"to_id": "x", "message": "y", "client_id": "c" * 65}),
    '{"to_id": "x", "message": "a\\u0000b"}', '{"to_id": "x", "message": "\\ud800"}',
    '{"message": ' + "9" * 5000 + "}", "[" * 30_000, '{"a":' * 10_000,
    json.dumps({"to_id": "x", "message": "y" * 70_000}), '{"question": "' + "é" * 40_000 + '"}',
    b"\x00\x01", b"{}",
]  # fmt: skip


def test_whatever_is_wrong_is_one_line_and_the_socket_lives(device):
    printer = device("Printer")
    for frame in WRONG:
        printer.send(frame)
        assert refused(line := printer.line()), (frame[:80], line)
        # Each takes a place of its own: nobody is to come too fast here.
        printer.quiet(0.06)
    printer.say(printer.name.upper(), "to myself")
    assert refused(printer.line())
    printer.send({"question": "oit-help-desk website"})
    assert printer.line().endswith("https://oit.utdallas.edu/helpdesk/")


# ── messages ──
def test_who_is_there_gets_it_and_nobody_is_told_more(device):
    one, other = device("One"), device("Other")
    one.say(other.name, "hello")
    assert other.line() == f"Message from {one.name}: hello"
    other.say(one.name.upper(), "two\nlines")
    assert one.line() == f"Message from {other.name}: two\nlines"
    assert one.quiet() == other.quiet() == []


def test_what_waited_comes_in_order_and_each_notice_once(device):
    one = device("One")
    later = f"Later {uuid4().hex[:8]}"
    for number in range(3):
        one.say(later, f"text {number}")
        assert one.line() == f"{later} is not online yet"
    other = device()
    other.register(later)
    assert [other.line() for _ in range(3)] == [f"Message from {one.name}: text {n}" for n in "012"]
    notices = [f"Message: text {n} delivered to {later}" for n in range(3)]
    assert [one.line() for _ in range(3)] == notices
    other.close()
    again = device(later, other.key)
    again.send({})
    assert one.quiet() == again.quiet() == []


def test_the_notice_waits_for_a_sender_who_is_away(device):
    one = device("One")
    later = f"Later {uuid4().hex[:8]}"
    one.say(later, "hello")
    one.line()
    one.close()
    other = device()
    other.register(later)
    assert other.line() == f"Message from {one.name}: hello"
    back = device(one.name, one.key)
    back.send({})
    assert back.line() == f"Message: hello delivered to {later}"
    assert back.quiet() == []


def test_the_same_client_id_is_one_message(device):
    one, other = device("One"), device("Other")
    for _ in range(3):
        one.say(other.name, "hello", client_id="once")
    one.say(other.name, "over")
    assert other.line() == f"Message from {one.name}: hello"
    assert other.line() == f"Message from {one.name}: over"


def test_no_other_device_reads_it(device):
    one, other, third = device("One"), device("Other"), device("Third")
    one.say(other.name, "between us")
    assert other.line()
    assert third.quiet() == []
    # Neither by coming anew, nor by writing to the same two.
    third.say(one.name, "and me?")
    assert one.line() == f"Message from {third.name}: and me?"
    third.close()
    again = device(third.name, third.key)
    again.send({})
    assert again.quiet() == []


def test_what_goes_to_all_reaches_every_other_that_is_connected(device):
    one, *others = device("One"), device("Two"), device("Three")
    away = device("Away")
    away.close()
    stranger = device()
    one.send({"is_group": True, "message": "lunch", "client_id": "once"})
    one.send({"is_group": True, "message": "lunch", "client_id": "once"})
    for other in others:
        assert other.line() == f"Message from {one.name}: lunch"
    back = device(away.name, away.key)
    back.send({})
    assert one.quiet() == back.quiet() == stranger.quiet() == others[0].quiet() == []


def test_a_device_whose_right_is_taken_away_does_not_reach_all(device, house):
    one, other = device("One"), device("Other")
    house.desk.manage(
        "shell", "-v0", "-c",
        f"from chat.models import Device; Device.objects.filter(name='{one.name}')"
        ".update(may_broadcast=False)",
    )  # fmt: skip
    one.send({"is_group": True, "message": "lunch"})
    assert refused(one.line())
    assert other.quiet() == []


# ── keys ──
def test_the_newer_socket_holds_the_device(device):
    older = device("Printer")
    newer = device(older.name, older.key)
    newer.send({})
    assert older.line() == "Error: connected elsewhere"
    assert older.close_code() == DISPLACED
    other = device("Other")
    other.say(newer.name, "hello")
    assert newer.line() == f"Message from {other.name}: hello"
    assert other.quiet() == []


def test_a_dead_key_is_none_and_the_name_is_given_on_proof_only(device):
    one = device("One")
    old = one.key
    one.send({"disconnect": True})
    one.send({"question": "wifi"})
    assert one.line() == "Must Register Your Device First"
    thief = device()
    thief.send({"register": True, "device_name": one.name})
    assert thief.line() == "Could Not Register Your Device Successfully"
    thief.register(one.name, auth_key=old)
    one.send({"register": True, "device_name": one.name, "auth_key": thief.key})
    assert one.line() == "Could Not Register Your Device Successfully", "it is taken"


def test_one_socket_one_device_after_the_other(device):
    socket, other = device("First"), device("Other")
    first = socket.name
    socket.register(f"Second {uuid4().hex[:8]}")
    other.say(first, "still there?")
    assert other.line() == f"{first} is not online yet"
    other.say(socket.name, "hello")
    assert socket.line() == f"Message from {other.name}: hello"


def test_keys_are_never_in_the_log(device, house):
    one, other = device("One"), device("Other")
    one.say(other.name, "nobody logs this text")
    one.send('{"auth_key": "' + one.key + '", "message": 5}')
    one.send('{"auth_key": "' + one.key + '", ')
    assert refused(one.line())
    assert refused(one.line())
    one.send({"disconnect": True})
    one.register(one.name, auth_key=one.key)
    for secret in (one.key, other.key, "nobody logs this text"):
        assert secret not in house.log


# ── the desk ──
def test_the_help_desk_answers_a_device(device, house):
    printer = device("Printer")
    with logged_in(house, "agent2").desk() as desk:
        desk.send({"type": "lists"})
        desk.receive("lists")
        settled(desk)
        printer.say("help desk", "paper jam")
        row = waiting_row(desk, printer.name)
        assert row["last"]["text"] == "paper jam"
        assert (row["status"], row["agent"], row["unread"]) == ("open", None, 1)
        desk.send({"type": "take_over", "conversation": row["conversation"]})
        desk.receive("done")
        desk.send({"type": "message", "conversation": row["conversation"], "message": "On my way"})
        assert printer.line() == "Message from Frank Osei: On my way"
        desk.send(
            {"type": "message", "conversation": row["conversation"], "message": "-", "note": True}
        )
        printer.say("Frank Osei", "thank you")
        row = waiting_row(desk, printer.name, text="thank you")
        assert row["agent"]["username"] == "agent2"
    assert printer.quiet() == []


def test_an_agent_who_is_away_is_not_online_yet_and_gets_it_later(device, house):
    printer = device("Printer")
    printer.say("dan weber", "are you there?")
    assert printer.line() == "Dan Weber is not online yet"
    with logged_in(house, "admin").desk() as desk:
        desk.send({"type": "lists"})
        lists = desk.receive("lists")
        (row,) = [one for one in lists["conversations"] if one["label"] == printer.name]
        assert row["agent"]["username"] == "admin"
        assert printer.line() == "Message: are you there? delivered to Dan Weber"
        desk.send({"type": "message", "conversation": row["conversation"], "message": "Yes"})
        assert printer.line() == "Message from Dan Weber: Yes"
    assert printer.quiet(1.2) == []


def test_a_question_that_nobody_knows_waits_for_a_person(device, house):
    printer = device("Printer")
    with logged_in(house, "agent2").desk() as desk:
        desk.send({"type": "lists"})
        desk.receive("lists")
        settled(desk)
        printer.send({"question": "how many moons has jupiter", "client_id": "moons"})
        printer.send({"question": "how many moons has jupiter", "client_id": "moons"})
        assert printer.line() == "Our representative will get in-touch with you"
        assert printer.quiet() == []
        row = waiting_row(desk, printer.name)
        assert row["status"] == "open"
        desk.send({"type": "take_over", "conversation": row["conversation"]})
        desk.receive("done")
        # What the FAQ knows it says also while a person is there: the device has asked the bot.
        printer.send({"question": "oit-help-desk on-campus location"})
        assert printer.line().startswith("It is located in SSB building")
        desk.send({"type": "message", "conversation": row["conversation"], "message": "95"})
        assert printer.line() == "Message from Frank Osei: 95"


def test_what_devices_say_to_each_other_is_for_admins_only(device, house):
    one, other = device("One"), device("Other")
    one.say(other.name, "between us")
    other.line()
    pk = [
        house.desk.manage(
            "shell", "-v0", "-c",
            f"from chat.models import Device; print(Device.objects.get(name='{d.name}').pk)",
        ).strip()
        for d in (one, other)
    ]  # fmt: skip
    conversation = f"direct:{pk[0]}:{pk[1]}"
    with logged_in(house, "agent").desk() as carol, logged_in(house, "admin").desk() as dan:
        carol.send({"type": "open", "conversation": conversation})
        assert carol.receive("error")["code"] == "not_found"
        dan.send({"type": "open", "conversation": conversation})
        history = dan.receive("history", conversation=conversation)
        assert [m["content"] for m in history["messages"]] == ["between us"]
        assert history["kind"] == "direct"
        dan.send({"type": "take_over", "conversation": conversation})
        assert dan.receive("error")["code"] == "not_allowed"


def settled(desk) -> None:
    """Waits until the desk is seen to be there: who comes is noted once a second."""
    frame = desk.receive("colleagues", EVENTUALLY)
    while not any(one["online"] for one in frame["colleagues"]):
        frame = desk.receive("colleagues", EVENTUALLY)


def waiting_row(desk, label: str, text: str = "") -> dict:
    """The summary of the conversation with a device, once it is in the lists."""
    while True:
        for row in desk.receive("conversations")["conversations"]:
            if row["label"] == label and text in row["last"]["text"]:
                return row
