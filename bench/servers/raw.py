"""The ceiling: a relay on `websockets` that stores nothing."""

import sys
from collections.abc import Mapping
from pathlib import Path

from bench.servers.process import Process, answers, free_port
from bench.servers.server import Seat

RELAY = Path(__file__).parents[1] / "raw" / "relay.py"


class Raw:
    name, is_numbered = "raw", True

    def __init__(self, folder: Path, way: str = "send") -> None:
        """`way` is how it passes a frame on: "send" or "broadcast"."""
        self.port = free_port()
        command = [sys.executable, str(RELAY), str(self.port), way]
        self.process = Process(command, folder / "raw.log")
        self.process.wait_until(lambda: answers(self.port))
        self.pids = [self.process.pid]
        self.seats: list[Seat] = []

    async def prepare(self, conversations: int) -> None:
        self.seats = both_seats(conversations, "/{conversation}")

    def stored(self) -> Mapping[str, int] | None:
        return None

    def stop(self) -> None:
        self.process.stop()


def both_seats(conversations: int, path: str) -> list[Seat]:
    """Customer and agent of each conversation, each at its path."""
    return [
        Seat(number, who, path.format(conversation=number, who=who))
        for number in range(conversations)
        for who in ("customer", "agent")
    ]
