"""bench/broadcast.py runs, and would notice a window that got an announcement never or twice."""

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import broadcast
from bench.broadcast import Browser, Crowd, report
from tests.services.process import program

BROADCAST = Path(broadcast.__file__)


@pytest.mark.long
@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_short_run_serves_every_window_once_and_writes_its_figures(tmp_path):
    program("postgres", "postgresql")
    file = tmp_path / "broadcast.json"
    options = ["--rounds", "2", "--sockets", "20", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, str(BROADCAST), *options], capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(file.read_text())
    assert found["not_exactly_once"] == 0
    assert found["receipts"] == found["receipts_expected"] == 8
    assert found["ratio"] > 0


class Line:
    """A socket that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict] = []

    def send(self, payload: bytes) -> None:
        self.sent.append(json.loads(payload))


def announced(mark: str) -> bytes:
    announcement = {"id": mark, "text": f"{mark} The network is slow today."}
    return json.dumps({"type": "announcement", "announcement": announcement}).encode()


async def measured(monkeypatch, trigger) -> tuple[Crowd, list[list[dict]]]:
    """Two windows in a round whose frames `trigger(browsers)` gives them."""
    monkeypatch.setattr(broadcast, "RECEIPT_AFTER", (0.0, 0.01))
    monkeypatch.setattr(broadcast, "SETTLED", 0.1)
    monkeypatch.setattr(broadcast, "PATIENCE", 0.1)
    crowd = Crowd(SimpleNamespace(), 2)
    lines = [Line() for _ in crowd.browsers]
    for browser, line in zip(crowd.browsers, lines, strict=True):
        browser.socket = line

    async def give(mark: str) -> None:
        trigger(crowd.browsers)

    await crowd.measure("round-1.", give)
    return crowd, [line.sent for line in lines]


def once(browsers: list[Browser]) -> None:
    for number, browser in enumerate(browsers):
        browser.take(announced("round-0."), 0.0)  # late, from the round before
        browser.take(announced("round-1."), 1.0 + number)


async def test_each_window_that_got_it_says_so_once(monkeypatch):
    crowd, sent = await measured(monkeypatch, once)
    receipt = {"type": "receipt", "announcement": "round-1.", "state": "reached"}
    assert sent == [[receipt], [receipt]]
    assert (crowd.times, crowd.wrong()) == ([1.0, 2.0], 0)


async def test_never_and_twice_are_wrong(monkeypatch):
    def wrong(browsers):
        browsers[0].take(announced("round-1."), 1.0)
        browsers[0].take(announced("round-1."), 1.1)

    crowd, _ = await measured(monkeypatch, wrong)
    assert crowd.wrong() == 2


async def test_the_bare_loop_s_frame_has_no_receipt(monkeypatch):
    def raw(browsers):
        for browser in browsers:
            browser.take(b'{"type": "raw", "text": "round-1."}', 1.0)

    crowd, sent = await measured(monkeypatch, raw)
    assert (crowd.wrong(), sent) == (0, [[], []])


def test_the_ratio_is_the_median_of_those_of_the_rounds():
    found = {"ours": [(1.0, 10.0), (1.0, 30.0), (1.0, 12.0)], "raw": [(1.0, 10.0)] * 3}
    figures = report(Namespace(sockets=10, rounds=3), found, 0, 6)
    assert (figures["ratio"], figures["ratios"]) == (1.2, [1.0, 3.0, 1.2])
    assert (figures["ours"]["last_ms"], figures["receipts_expected"]) == (12.0, 6)
