"""bench/relay.py runs, says what it promises to say, and would notice a lost message."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.load.measurement import lost, wrong
from bench.load.member import Conversation, Member, body
from bench.load.websocket import WebSocket
from bench.servers.server import Seat
from tests.services.process import program

RELAY = Path(__file__).parents[1] / "bench" / "relay.py"
FIGURES = {"messages_per_s", "p50_ms", "p99_ms", "lost"}


@pytest.mark.long
@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_short_run_loses_nothing_and_writes_its_figures(tmp_path):
    program("postgres", "postgresql")
    program("redis-server")
    file = tmp_path / "relay.json"
    options = ["--rounds", "1", "--seconds", "1", "--conversations", "3", "--json"]

    done = subprocess.run(
        [sys.executable, str(RELAY), *options, str(file)],
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stderr + done.stdout
    report = json.loads(file.read_text())
    for server in ("ours", "raw", "naive"):
        assert report[server].keys() >= FIGURES
        assert report[server]["messages_per_s"] > 0
        assert report[server]["closed_loop"]["sent"] > 0
    assert report["ours"]["lost"] == report["ours"]["wrong"] == report["ours"]["refused"] == 0
    assert report["ratio_to_raw"] > 0
    assert report["ratio_to_naive"] > 0
    assert report["conditions"]["fsync"] == report["conditions"]["synchronous_commit"] == "on"


class Numbered:
    is_numbered = True


def table(alice: list[tuple[int, str]], carol: list[tuple[int, str]]) -> list[Member]:
    """Alice and Carol in one conversation, with the (seq, client id) that each received."""
    members = []
    for who, received in (("customer", alice), ("agent", carol)):
        member = Member(Seat(0, who, "/"))
        member.received = [(seq, client_id, body(client_id)) for seq, client_id in received]
        members.append(member)
    return members


def test_a_message_that_one_member_did_not_get_is_lost():
    conversation = Conversation()
    conversation.sent = {"c0-1": 0.0, "a0-1": 0.0}

    assert lost(conversation, table([(1, "c0-1"), (2, "a0-1")], [(1, "c0-1"), (2, "a0-1")])) == 0
    assert lost(conversation, table([(1, "c0-1"), (2, "a0-1")], [(1, "c0-1")])) == 1


@pytest.mark.parametrize(
    "carol",
    [
        [(1, "c0-1"), (3, "a0-1")],  # a gap
        [(1, "a0-1"), (2, "c0-1")],  # another order
        [(1, "c0-1"), (1, "c0-1")],  # the same one twice
    ],
)
def test_gaps_repetitions_and_another_order_are_wrong(carol):
    alice = [(1, "c0-1"), (2, "a0-1")]

    assert wrong(table(alice, alice), Numbered()) == 0
    assert wrong(table(alice, carol), Numbered()) > 0


def test_another_text_is_wrong():
    members = table([(1, "c0-1")], [(1, "c0-1")])
    members[1].received = [(1, "c0-1", "something else")]

    assert wrong(members, Numbered()) > 0


@pytest.mark.parametrize("size", [0, 5, 125, 126, 65535, 65536])
@pytest.mark.parametrize("piece", [1, 7, 1_000_000])
async def test_the_generator_reads_frames_however_they_are_cut(size, piece):
    if size > 1000 and piece < 1000:
        piece = 9973
    payload = b"x" * size
    head = (
        bytes((0x81, size))
        if size < 126
        else bytes((0x81, 126)) + size.to_bytes(2, "big")
        if size < 65536
        else bytes((0x81, 127)) + size.to_bytes(8, "big")
    )
    data = (head + payload) * 3
    received: list[bytes] = []
    socket = WebSocket(b"", lambda text, arrived: received.append(text))
    socket.is_open = True

    for start in range(0, len(data), piece):
        socket.data_received(data[start : start + piece])

    assert received == [payload] * 3
