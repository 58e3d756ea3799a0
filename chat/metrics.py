"""What this process counts of the bot and of its sockets, for Prometheus."""

from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from chat.hub import Hub

TURNS = Counter("helpdesk_bot_turns", "The bot's turns by what came of them.", ["outcome"])
BANDS = Counter(
    "helpdesk_bot_bands", "Turns that searched the FAQ, by how sure it was.", ["band", "engine"]
)
TURN_SECONDS = Histogram(
    "helpdesk_bot_turn_seconds",
    "From the claim of a turn to its end.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0),
)
SOCKETS = Gauge("helpdesk_sockets", "Open WebSockets of this process.")
SOCKETS.set_function(lambda: len(Hub.running.sockets) if Hub.running else 0)


def count_turn(outcome: str, milliseconds: float) -> None:
    """Count a turn that has ended, however."""
    TURNS.labels(outcome).inc()
    TURN_SECONDS.observe(milliseconds / 1000)


def count_band(evidence: dict[str, Any]) -> None:
    """Count the search in a turn's evidence, if there was one."""
    if found := evidence.get("search"):
        BANDS.labels(found["band"], found["engine"]).inc()
