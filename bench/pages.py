"""What a page of a long conversation costs: page 1 against the last of 10,000 messages.

`bench/pages.py [--json FILE] [--messages 10000] [--times 300]`; bench/README.md says more.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from websockets.sync.client import ClientConnection, connect

from bench.servers.ours import Ours
from bench.servers.postgres import Postgres
from bench.servers.process import DidNotStart

PREPARE = Path(__file__).parent / "servers" / "prepare_pages.py"
PAGE = 50
MOST = 1.5  # times what the first page costs


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=300, help="that each page is asked for")
    return parser.parse_args(words)


def prepared(server: Ours, messages: int) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, str(PREPARE), str(messages)],
        env={**os.environ, **server.environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise DidNotStart(done.stderr[-2000:])
    made: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return made


def asked(connection: ClientConnection, config_id: str, page: int, size: int) -> float:
    """Milliseconds from the question to its whole answer, which is held to its seqs."""
    command = {"type": "RECEIVE", "config_id": config_id, "members": [], "page": page}
    started = time.perf_counter()
    connection.send(json.dumps(command))
    while (frame := json.loads(connection.recv(timeout=60)))["type"] != "RECEIVE":
        continue
    spent = (time.perf_counter() - started) * 1000
    assert frame["data"]["page"] == page, frame
    assert len(frame["data"]["message"]) == size, len(frame["data"]["message"])
    return spent


def measured(server: Ours, made: dict[str, str], messages: int, times: int) -> dict[str, Any]:
    """The pages in turn, so that what else the machine does falls on both."""
    last = -(-messages // PAGE)
    sizes = {1: min(PAGE, messages), last: messages - (last - 1) * PAGE}
    headers = {"Authorization": f"Bearer {made['token']}"}
    address = f"ws://127.0.0.1:{server.port}/conversation/ws?email_id={made['email']}"
    spent: dict[int, list[float]] = {page: [] for page in sizes}
    with connect(address, additional_headers=headers, proxy=None) as connection:
        for page, size in sizes.items():  # once before: marks, plans, caches
            asked(connection, made["config_id"], page, size)
        for _ in range(times):
            for page, size in sizes.items():
                spent[page].append(asked(connection, made["config_id"], page, size))
    first, other = median(spent[1]), median(spent[last])
    return {
        "messages": messages,
        "first_page_ms": round(first, 3),
        "last_page": last,
        "last_page_ms": round(other, 3),
        "ratio": round(other / first, 3),
    }


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started: list[Any] = []
        try:
            started.append(postgres := Postgres(folder))
            started.append(server := Ours(folder, postgres))
            made = prepared(server, options.messages)
            figures = measured(server, made, options.messages, options.times)
        except DidNotStart as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            for one in reversed(started):
                one.process.stop()
    print(
        f"page 1: {figures['first_page_ms']} ms, page {figures['last_page']} of "
        f"{figures['messages']} messages: {figures['last_page_ms']} ms; "
        f"ratio {figures['ratio']}, at most {MOST}"
    )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return int(figures["ratio"] > MOST)


if __name__ == "__main__":
    sys.exit(main())
