"""Messages a second: the help desk, a bare relay and a naive chat, in turn, under one load.

`bench/relay.py [--json FILE] [--rounds 5] [--seconds 5] [--conversations 200] [--window 1]
[--raw send]`.
bench/README.md says what is measured and how to read it.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import uvloop

from bench.figures import Round, figures, ratio, table
from bench.load.measurement import Table
from bench.servers.naive import Naive
from bench.servers.ours import Ours
from bench.servers.postgres import Postgres, fsync_milliseconds
from bench.servers.process import DidNotStart
from bench.servers.raw import Raw
from bench.servers.server import Server

# The rates at which each is measured: half of what these reached in the first closed loop.
RATES = {"ours": ("naive", "ours"), "raw": ("naive", "ours", "raw"), "naive": ("naive",)}


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="closed loop; half of it a rate")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument(
        "--window", type=int, default=1, help="messages that a sender has under way"
    )
    parser.add_argument("--raw", choices=["send", "broadcast"], default="send")
    return parser.parse_args(words)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def start(
    stack: contextlib.ExitStack, folder: Path, options: argparse.Namespace
) -> tuple[list[Server], Postgres]:
    """All three and what they need; the stack stops them."""
    say("starting PostgreSQL, Redis and the three servers")
    postgres = Postgres(folder)
    stack.callback(postgres.stop)
    servers: list[Server] = []
    for make in (
        lambda: Ours(folder, postgres),
        lambda: Raw(folder, options.raw),
        lambda: Naive(folder, postgres),
    ):
        server = make()
        stack.callback(server.stop)
        servers.append(server)
    return servers, postgres


class Relay:
    """The whole run: rounds of closed loop and fixed rates, the servers taking turns."""

    def __init__(self, options: argparse.Namespace, servers: Sequence[Server]) -> None:
        self.options, self.servers = options, servers
        self.rounds: dict[str, list[Round]] = {server.name: [] for server in servers}
        self.rates: dict[str, float] = {}  # delivered messages a second

    async def run(self) -> None:
        self.tables = []
        for server in self.servers:
            await server.prepare(self.options.conversations)
            self.tables.append(Table(server))
        for number in range(1, self.options.rounds + 1):
            say(f"round {number} of {self.options.rounds}")
            await self.round()
        for table_ in self.tables:
            await table_.leave()

    async def round(self) -> None:
        """The closed loop of each, then the rates of each: what is compared is close in time."""
        seconds, warm_up = self.options.seconds, min(1.0, self.options.seconds / 4)
        measured = {}
        for one in self.tables:
            await one.sit_down()
            closed = await one.closed(seconds, self.options.window, warm_up)
            measured[one.server.name] = {"closed_loop": closed}
            self.rates.setdefault(one.server.name, max(closed.messages_per_s / 2, 2))
            say(f"  {one.server.name:6}{closed.messages_per_s:10,.0f} delivered a second")
        for one in self.tables:
            await one.sit_down()
            for whose in RATES[one.server.name]:
                measured[one.server.name][f"at_half_of_{whose}"] = await one.at_rate(
                    seconds / 2, self.rates[whose], warm_up / 2
                )
        for name, loads in measured.items():
            self.rounds[name].append(loads)

    def missing_rows(self, one: Table) -> int:
        """Acknowledged messages that the server's database does not have."""
        stored = one.server.stored()
        if stored is None:
            return 0
        members = one.members
        return sum(
            max(0, member.acknowledged - stored.get(member.seat.key, 0)) for member in members
        )

    def report(self) -> dict[str, Any]:
        """As written with --json."""
        report: dict[str, Any] = {
            one.server.name: figures(
                one.server.name, self.rounds[one.server.name], self.missing_rows(one)
            )
            for one in self.tables
        }
        report["ratio_to_raw"] = ratio(self.rounds["ours"], self.rounds["raw"])
        report["ratio_to_naive"] = ratio(self.rounds["ours"], self.rounds["naive"])
        report["rates_delivered_per_s"] = {f"half_of_{k}": v for k, v in self.rates.items()}
        report["closed_loop_by_round"] = {
            name: [round_["closed_loop"].messages_per_s for round_ in rounds]
            for name, rounds in self.rounds.items()
        }
        return report


def conditions(options: argparse.Namespace, postgres: Postgres, folder: Path) -> dict[str, Any]:
    """What a reader must know to compare two runs."""
    return {
        "conversations": options.conversations,
        "window": options.window,
        "raw": options.raw,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "processors": os.cpu_count(),
        "load_average_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": str(postgres.query("SHOW server_version")[0][0]),
        "fsync": str(postgres.query("SHOW fsync")[0][0]),
        "synchronous_commit": str(postgres.query("SHOW synchronous_commit")[0][0]),
        "fsync_ms": round(fsync_milliseconds(folder), 3),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Starts everything, measures, stops everything. Raises DidNotStart."""
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        servers, postgres = start(stack, folder, options)
        known = conditions(options, postgres, folder)
        relay = Relay(options, servers)
        uvloop.run(relay.run())
        return {**relay.report(), "conditions": known}


def main() -> int:
    """0, or 1 when ours lost or mangled a message, or 2 when something did not start."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped too
    try:
        report = measure(options)
    except DidNotStart as problem:
        say(str(problem))
        return 2
    print(table(report, ["ours", "raw", "naive"]))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if report["ours"]["lost"] or report["ours"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
