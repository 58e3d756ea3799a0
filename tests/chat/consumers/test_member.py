"""The members' socket on a real server: the contract's frames, to the letter."""

import contextlib
import re
from datetime import datetime

import pytest
from websockets.exceptions import InvalidStatus

from tests.services.members import CAST, Member, tokens
from tests.services.ws import logged_in

pytestmark = pytest.mark.server
ALICE, BOB, SAM, BANK = CAST.values()


@pytest.fixture(scope="module")
def keys(house) -> dict[str, str]:
    return tokens(house.desk, *CAST.values())


@pytest.fixture
def member(house, keys):
    with contextlib.ExitStack() as stack:
        yield lambda email, **options: stack.enter_context(
            Member(house, email, keys[email], **options)
        )


def started(one: Member, *others: Member, **fields) -> str:
    """A new conversation with a first text; its id. All have got it."""
    one.write([one.email, *(other.email for other in others)], "hello", **fields)
    (config_id,) = {socket.sent()["config_id"] for socket in (one, *others)}
    return config_id


# ── who may ──
def refused(house, email: str, token: str = "", **options) -> None:
    with pytest.raises(InvalidStatus) as caught:
        Member(house, email, token, **options)
    assert caught.value.response.status_code == 403


def test_an_address_alone_proves_nothing(house, keys):
    refused(house, ALICE)
    refused(house, ALICE, "nonsense")
    refused(house, ALICE, keys[BOB])
    refused(house, ALICE, keys[ALICE] + "x")
    refused(house, "", keys[ALICE])
    refused(house, ALICE, keys[ALICE], origin="http://evil.example")


def test_a_token_by_header_or_address_and_it_is_not_logged(house, keys):
    for in_header in (True, False):
        with Member(house, ALICE, keys[ALICE], in_header=in_header) as alice:
            assert isinstance(alice.chats(), list)
    assert keys[ALICE] not in house.log


def test_who_is_logged_in_is_the_member_with_their_address(house):
    house.desk.manage(
        "shell", "-v0", "-c",
        "from django.contrib.auth.models import User; "
        "User.objects.filter(username='agent').update(email='Carol@Example.edu')",
    )  # fmt: skip
    carol = logged_in(house, "agent")
    cookies = "; ".join(f"{c.name}={c.value}" for c in carol.http.cookies.jar)
    with Member(
        house, "carol@example.edu", "", origin=house.url, additional_headers={"Cookie": cookies}
    ) as socket:
        assert isinstance(socket.chats(), list)
        refused(house, ALICE, origin=house.url, additional_headers={"Cookie": cookies})
        # Without an Origin it is no page of ours, whatever cookies come.
        refused(house, "carol@example.edu", additional_headers={"Cookie": cookies})
        carol.post("/accounts/logout/")
        assert socket.close_code() == 4001


def test_an_ended_token_ends_its_sockets(house):
    (token,) = tokens(house.desk, "eve@example.edu").values()
    with Member(house, "eve@example.edu", token) as eve:
        eve.chats()
        house.desk.manage("member_token", "eve@example.edu", "--end")
        assert eve.close_code() == 4001
    refused(house, "eve@example.edu", token)


# ── the contract's frames ──
def test_a_new_conversation_reaches_its_members_with_its_id(member):
    alice, sam, bob = member(ALICE), member(SAM), member(BOB)
    alice.write([ALICE, SAM], "hi welcome", subject="Order 7", party=23)
    for socket in (alice, sam):
        data = socket.sent()
        assert re.fullmatch(r"[0-9a-f]{24,}", data["config_id"])
        assert (data["subject"], data["party"]) == ("Order 7", 23)
        assert data["members"] == [ALICE, SAM]
        (item,) = data["message"]
        assert item.keys() == {"id", "seq", "text", "sender", "is_read", "created_at"}
        assert (item["seq"], item["text"], item["sender"]) == (1, "hi welcome", ALICE)
        assert item["is_read"] == [ALICE]
        datetime.fromisoformat(item["created_at"])
    assert bob.quiet() == []


def test_several_items_come_together_and_in_order(member):
    alice, sam = member(ALICE), member(SAM)
    config_id = started(alice, sam)
    alice.write([], "one", "two", "three", config_id=config_id)
    for socket in (alice, sam):
        items = socket.sent()["message"]
        assert [(item["seq"], item["text"]) for item in items] == [
            (2, "one"), (3, "two"), (4, "three")
        ]  # fmt: skip


def test_all_items_or_none(member):
    alice, sam = member(ALICE), member(SAM)
    config_id = started(alice, sam)
    alice.write([], "one", "x" * 4001, config_id=config_id)
    assert alice.receive("ERROR")["code"] == "too_long"
    assert alice.page(config_id)["message"][-1]["text"] == "hello"


def test_a_retry_is_harmless_also_of_a_conversation_s_first(member):
    alice, sam = member(ALICE), member(SAM)
    for _ in range(2):
        alice.write([SAM], "one", "two", client_ids=["retry-1", "retry-2"])
    first, again = alice.sent(), alice.sent()
    assert first == again
    assert [item["client_id"] for item in first["message"]] == ["retry-1", "retry-2"]
    assert sam.sent()["config_id"] == first["config_id"]
    assert sam.quiet() == []
    assert len(alice.page(first["config_id"])["message"]) == 2


def test_the_list_has_the_newest_first_and_what_is_unread(member):
    alice, sam = member(ALICE), member(SAM)
    older = started(alice, sam, subject="older", party=1, roles={SAM: "seller", ALICE: "customer"})
    newer = started(sam, alice, subject="newer")
    alice.write([], "again", "and again", config_id=older)
    sam.sent()
    listed = sam.chats()
    assert [row["config_id"] for row in listed[:2]] == [older, newer]
    assert listed[0].keys() == {
        "config_id", "subject", "party", "members", "roles", "last_message", "unread_msgs",
        "updated_at",
    }  # fmt: skip
    assert listed[0]["roles"] == {ALICE: "customer", SAM: "seller"}
    assert listed[0]["last_message"]["text"] == "and again"
    assert [row["unread_msgs"] for row in listed[:2]] == [3, 0]
    assert [row["unread_msgs"] for row in alice.chats()[:2]] == [0, 1]


def test_pages_and_that_reading_is_told_to_the_others(member):
    alice, sam = member(ALICE), member(SAM)
    config_id = started(alice, sam)
    for start in (2, 52, 102):
        alice.write([], *(f"text {n}" for n in range(start, start + 50)), config_id=config_id)
        alice.sent()
    data = sam.page(config_id, 4)
    assert [item["seq"] for item in data["message"]] == [1]
    assert (data["page"], data["pages"], data["unread_msgs"]) == (4, 4, 150)
    heard = alice.receive("READ")["data"]
    assert (heard["config_id"], heard["email"], heard["through"]) == (config_id, SAM, 1)
    data = sam.page(config_id)
    assert [item["seq"] for item in data["message"]] == list(range(102, 152))
    assert (data["unread_msgs"], data["members"]) == (0, [ALICE, SAM])
    assert data["message"][-1]["is_read"] == [ALICE, SAM]
    heard = alice.receive("READ")["data"]
    assert heard["through"] == 151
    assert heard["message"][-1]["is_read"] == [ALICE, SAM]
    assert [item["seq"] for item in sam.page(config_id, 2)["message"]] == list(range(52, 102))
    sam.send({"type": "RECEIVE", "config_id": config_id, "members": [], "page": 5})
    assert sam.receive("ERROR")["code"] == "not_found"


# ── who may not ──
def test_an_unknown_conversation_and_somebody_else_s_are_the_same_error(member):
    alice, sam, bob = member(ALICE), member(SAM), member(BOB)
    config_id = started(alice, sam)
    answers = []
    for wanted in (config_id, "0" * 24, "x", "\u0000", "devices:everyone"):
        bob.send_wrong({"type": "RECEIVE", "config_id": wanted, "members": [BOB], "page": 1})
        answers.append(bob.receive("ERROR"))
        bob.write([BOB], "let me in", config_id=wanted)
        answers.append(bob.receive("ERROR"))
    found = [answer for answer in answers if answer["code"] != "bad_frame"]
    assert len(found) >= 8
    assert all(answer == found[0] for answer in found), answers
    assert alice.quiet() == []


def test_only_a_member_brings_others_in(member):
    alice, sam, bank = member(ALICE), member(SAM), member(BANK)
    config_id = started(alice, sam)
    sam.write([BANK], "the bank joins us", config_id=config_id, roles={BANK: "bank"})
    for socket in (alice, sam, bank):
        data = socket.sent()
        assert data["members"] == [ALICE, SAM, BANK]
        assert data["message"][0]["text"] == "the bank joins us"
    assert bank.chats()[0]["unread_msgs"] == 2
    assert bank.page(config_id)["roles"][BANK] == "bank"
    bank.write([], "hello", config_id=config_id)
    assert alice.sent()["message"][0]["sender"] == BANK


@pytest.mark.parametrize(
    "frame",
    [
        "hello", "[]", "{}", '{"type": 5}', '{"type": "send"}', '{"type": "CHAT_LIST"}',
        {"type": "CHAT_LIST", "email": BOB},
        {"type": "RECEIVE"}, {"type": "RECEIVE", "config_id": 5},
        {"type": "RECEIVE", "config_id": "x", "page": 0},
        {"type": "RECEIVE", "config_id": "x", "page": "1"},
        {"type": "SEND", "members": [BOB], "message": []},
        {"type": "SEND", "members": BOB, "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": [BOB], "message": [{"text": "x", "sender": BOB}]},
        {"type": "SEND", "members": [BOB], "message": [{"text": "", "sender": ALICE}]},
        {"type": "SEND", "members": ["bob"], "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": [f"{n}@x.y" for n in range(101)],
         "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": [BOB], "party": "23",
         "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": [BOB], "subject": "x" * 201,
         "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": [BOB], "roles": {BOB: "king"},
         "message": [{"text": "x", "sender": ALICE}]},
        {"type": "SEND", "members": ["a\x00@b.c"], "message": [{"text": "x", "sender": ALICE}]},
        b"\x00",
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_an_error_and_the_socket_lives(frame, house, keys):
    with Member(house, ALICE, keys[ALICE]) as alice:
        alice.send_wrong(frame) if isinstance(frame, dict) else alice.send(frame)
        error = alice.receive("ERROR")
        assert error["code"]
        assert error["detail"]
        assert isinstance(alice.chats(), list)


def test_agents_find_it_only_with_the_right(member, house):
    alice, sam = member(ALICE), member(SAM)
    config_id = started(alice, sam)
    with logged_in(house, "agent2").desk() as frank, logged_in(house, "admin").desk() as dan:
        frank.send({"type": "open", "conversation": config_id})
        assert frank.receive("error")["code"] == "not_found"
        dan.send({"type": "open", "conversation": config_id})
        assert dan.receive("history")["messages"][0]["sender"] == "member"
