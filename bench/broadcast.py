"""An announcement to thousands of connected browsers, beside a bare loop over the same sockets.

`bench/broadcast.py [--json FILE] [--sockets 5000] [--rounds 9]`.
bench/README.md says what is measured and how to read it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import uvloop

from bench.load.websocket import WebSocket, connect
from bench.servers.ours import Ours
from bench.servers.postgres import Postgres
from bench.servers.process import DidNotStart

SERVERS = Path(__file__).with_name("servers")
WINDOWS = 5  # of each visitor
AT_ONCE = 20  # handshakes
PATIENCE = 60.0  # seconds for one announcement
# Seconds until a page says that it has an announcement: static/js/announcements-element.js.
RECEIPT_AFTER = (0.25, 1.25)
SETTLED = 2.5  # seconds


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args(words)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Broadcasting(Ours):
    """The desk, with the bare loop beside it."""

    def manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(SERVERS / "broadcasting.py"), *arguments]

    def token(self) -> str:
        command = [sys.executable, str(SERVERS / "prepare_token.py")]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise DidNotStart(f"no token could be made: {done.stderr[-2000:]}")
        return done.stdout.split()[-1]


class Browser:
    """One window: counts what comes under the mark of this round, and says later that it came.

    At once the generator only takes the time: what it does then is no browser's work, and on two
    cores it would be taken from the server.
    """

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd = crowd
        self.socket: WebSocket | None = None
        self.got = 0
        self.last = b""

    def take(self, payload: bytes, arrived: float) -> None:
        if self.crowd.mark not in payload:
            return
        self.got += 1
        self.last = payload
        self.crowd.arrived(arrived)

    def confirm(self) -> None:
        frame = json.loads(self.last)
        if frame["type"] == "announcement" and self.socket is not None:
            receipt = {"type": "receipt", "announcement": frame["announcement"]["id"]}
            self.socket.send(json.dumps({**receipt, "state": "reached"}).encode())


class Crowd:
    """All windows, and when the first and the last of them got what was sent."""

    def __init__(self, server: Broadcasting, sockets: int) -> None:
        self.server, self.loop = server, asyncio.get_running_loop()
        self.browsers = [Browser(self) for _ in range(sockets)]
        self.mark = b"\0"
        self.times: list[float] = []
        self.complete = asyncio.Event()

    async def come(self) -> None:
        """Opens every window; the page first, for its cookies."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def visitor(number: int) -> None:
            async with gate:
                seat = await self.loop.run_in_executor(None, self.server.customer, number)
                for browser in self.browsers[number * WINDOWS : (number + 1) * WINDOWS]:
                    browser.socket = await connect(
                        self.server.port, seat.path, seat.headers, browser.take
                    )

        await asyncio.gather(*map(visitor, range(-(-len(self.browsers) // WINDOWS))))

    def arrived(self, when: float) -> None:
        self.times.append(when)
        if len(self.times) == len(self.browsers):
            self.complete.set()

    async def measure(self, mark: str, trigger: Any) -> tuple[float, float]:
        """Milliseconds from the trigger to the first and to the last window."""
        self.mark, self.times = mark.encode(), []
        self.complete.clear()
        for browser in self.browsers:
            browser.got, browser.last = 0, b""
        began = perf_counter()
        await trigger(mark)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.complete.wait(), PATIENCE)
        for browser in self.browsers:
            if browser.last:
                self.loop.call_later(random.uniform(*RECEIPT_AFTER), browser.confirm)
        await asyncio.sleep(SETTLED)  # receipts are written, and what came twice has come
        return (min(self.times) - began) * 1000, (max(self.times) - began) * 1000

    def wrong(self) -> int:
        """Windows that did not get it exactly once."""
        return sum(browser.got != 1 for browser in self.browsers)

    async def leave(self) -> None:
        sockets = [browser.socket for browser in self.browsers if browser.socket is not None]
        for socket in sockets:
            socket.transport.abort()


async def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> None:
    """One HTTP request, sent; the answer is read to its end in the background of the event."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    status = await reader.readline()
    writer.close()
    if b" 20" not in status:
        raise DidNotStart(f"{path}: {status!r}")


async def run(options: argparse.Namespace, server: Broadcasting) -> dict[str, Any]:
    crowd = Crowd(server, options.sockets)
    say(f"opening {options.sockets} sockets")
    began = perf_counter()
    await crowd.come()
    opening = perf_counter() - began
    say(f"  open after {opening:.0f} s")
    headers = {
        "Authorization": f"Bearer {server.token()}",
        "Content-Type": "application/json",
    }

    async def announce(mark: str) -> None:
        body = json.dumps({"text": f"{mark} The network is slow today."}).encode()
        await post(server.port, "/api/announcements/", body, headers)

    async def loop(mark: str) -> None:
        frame = json.dumps({"type": "raw", "text": f"{mark} The network is slow today." * 4})
        await post(server.port, "/bench/raw", frame.encode(), {})

    found: dict[str, list[tuple[float, float]]] = {"ours": [], "raw": []}
    wrong = 0
    for number in range(1, options.rounds + 1):
        for name, trigger in (("raw", loop), ("ours", announce)):
            found[name].append(await crowd.measure(f"{name}-round-{number}.", trigger))
            wrong += crowd.wrong()
        say(f"  round {number}: raw {found['raw'][-1][1]:.0f} ms, ours {found['ours'][-1][1]:.0f}")
    receipts = server.postgres.query("SELECT count(*) FROM chat_announcementreceipt", "ours")
    await crowd.leave()
    figures = report(options, found, wrong, int(str(receipts[0][0])))
    return {"opening_s": round(opening, 1), **figures}


def report(
    options: argparse.Namespace,
    found: dict[str, list[tuple[float, float]]],
    wrong: int,
    receipts: int,
) -> dict[str, Any]:
    """As written with --json; milliseconds, medians over the rounds."""
    pairs = list(zip(found["ours"], found["raw"], strict=True))
    visitors = -(-options.sockets // WINDOWS)
    return {
        "sockets": options.sockets,
        "rounds": options.rounds,
        **{
            name: {
                "first_ms": round(median(first for first, _ in times), 1),
                "last_ms": round(median(last for _, last in times), 1),
            }
            for name, times in found.items()
        },
        "ratio": round(median(ours[1] / raw[1] for ours, raw in pairs), 3),
        "ratios": [round(ours[1] / raw[1], 3) for ours, raw in pairs],
        "not_exactly_once": wrong,
        "receipts": receipts,
        "receipts_expected": visitors * options.rounds,
    }


def allow_files(number: int) -> None:
    """Sockets are files; the limit of a shell is often lower than the crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))


def main() -> int:
    """0, or 1 when a window did not get an announcement exactly once, 2 when nothing started."""
    options = arguments()
    allow_files(options.sockets + 500)
    folder = Path(tempfile.mkdtemp(prefix="bench-broadcast-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            postgres = Postgres(folder)
            stack.callback(postgres.stop)
            server = Broadcasting(folder, postgres)
            stack.callback(server.stop)
            found = uvloop.run(run(options, server))
        except DidNotStart as problem:
            say(str(problem))
            return 2
    print(json.dumps(found, indent=2))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 1 if found["not_exactly_once"] else 0


if __name__ == "__main__":
    sys.exit(main())
