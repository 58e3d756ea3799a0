"""What is counted of the bot, of the sockets and of the processes, for Prometheus."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("helpdesk_bot_turns", "The bot's turns by what came of them.", ["outcome"])
BANDS = Counter(
    "helpdesk_bot_bands", "Turns that searched the FAQ, by how sure it was.", ["band", "engine"]
)
TURN_SECONDS = Histogram(
    "helpdesk_bot_turn_seconds",
    "From the claim of a turn to its end.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0),
)
SOCKETS = Gauge("helpdesk_sockets", "Open WebSockets.", multiprocess_mode="livesum")
MEMORY = Gauge(
    "helpdesk_process_memory_bytes",
    "Resident memory of each process.",
    multiprocess_mode="liveall",
)
STATM = Path("/proc/self/statm")


def measure_process(sockets: int) -> None:
    """Note how this process stands: a process that is asked knows of the others only this."""
    SOCKETS.set(sockets)
    if STATM.exists():
        MEMORY.set(int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))


def count_turn(outcome: str, milliseconds: float) -> None:
    """Count a turn that has ended, however."""
    TURNS.labels(outcome).inc()
    TURN_SECONDS.observe(milliseconds / 1000)


def count_band(evidence: dict[str, Any]) -> None:
    """Count the search in a turn's evidence, if there was one."""
    if found := evidence.get("search"):
        BANDS.labels(found["band"], found["engine"]).inc()
