"""What a desk holds that is set up for 1 GiB: PostgreSQL, Redis, one process with the bot inside.

`bench/small.py [--json FILE] [--questions 60]`: as docs/operations.md describes it, with the demo's
FAQ, the embedded engine and no language model. Memory is resident (PSS: pages that processes share
are counted once), after questions were asked and answered.
"""

import argparse
import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import uvloop

from bench.load.websocket import connect
from bench.servers.ours import Ours
from bench.servers.postgres import Postgres
from bench.servers.process import DidNotStart, run
from bench.servers.redis import Redis

LIMIT_MIB = 500
SMALL = {
    "shared_buffers": "32MB",
    "max_connections": "30",
    "work_mem": "2MB",
    "maintenance_work_mem": "16MB",
}
QUESTIONS = Path(__file__).parents[1] / "tests" / "faq" / "questions" / "demo.json"


class SmallPostgres(Postgres):
    def command(self) -> list[str]:
        return [*super().command(), *(w for n, v in SMALL.items() for w in ("-c", f"{n}={v}"))]


class SmallDesk(Ours):
    """One process with its bot, and the demo."""

    def __init__(self, folder: Path, postgres: Postgres, redis: Redis, models: Path) -> None:
        self.more = {
            "HELPDESK_BOT": "inside",
            "HELPDESK_REDIS_URL": redis.url,
            "HELPDESK_MODELS": str(models),
        }
        super().__init__(folder, postgres)

    def prepare_database(self, log: Path) -> None:
        self.environment |= self.more
        super().prepare_database(log)
        run(self.manage("load_demo"), log, environment=self.environment)


def questions(most: int) -> list[str]:
    return [row["question"] for row in json.loads(QUESTIONS.read_text())][:most]


async def talk(desk: SmallDesk, asked: list[str]) -> int:
    """Asks all of them, one after the other; how many were answered by the bot."""
    seat = await asyncio.get_running_loop().run_in_executor(None, desk.customer, 1)
    replies: asyncio.Queue[None] = asyncio.Queue()

    def take(payload: bytes, arrived: float) -> None:
        frame = json.loads(payload)
        listed = frame.get("messages") or ([frame] if frame["type"] == "message" else [])
        for message in listed:
            if message["sender"] == "bot":
                replies.put_nowait(None)

    socket = await connect(desk.port, seat.path, seat.headers, take)
    answered = 0
    for text in asked:
        socket.send(json.dumps({"message": text}).encode())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(replies.get(), 20)
            answered += 1
        # Two misses in a row hand over: back to the bot, whatever it said.
        socket.send(json.dumps({"type": "bot"}).encode())
    await socket.close()
    return answered


def tree(pid: int) -> list[int]:
    """The process and all that came of it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in tree(int(child)))]


def mib(pid: int) -> float:
    """Proportional set size of the process and its children, MiB."""
    total = 0
    for one in tree(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="bench-small-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = SmallPostgres(folder)
        stack.callback(postgres.stop)
        redis = Redis(folder)
        stack.callback(redis.stop)
        desk = SmallDesk(folder, postgres, redis, options.models)
        stack.callback(desk.stop)
        asked = questions(options.questions)
        answered = uvloop.run(talk(desk, asked))
        found = {
            "desk_mib": mib(desk.process.pid),
            "postgresql_mib": mib(postgres.process.pid),
            "redis_mib": mib(redis.process.pid),
        }
    total = round(sum(found.values()), 1)
    return {**found, "total_mib": total, "asked": len(asked), "answered": answered}


def main() -> int:
    """0, or 1 when it holds more than LIMIT_MIB or left a question without a reply."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--models", type=Path, default=Path("var/models").resolve())
    options = parser.parse_args()
    try:
        found = measure(options)
    except DidNotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    print(json.dumps(found, indent=2))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0 if found["total_mib"] <= LIMIT_MIB and found["answered"] == found["asked"] else 1


if __name__ == "__main__":
    sys.exit(main())
