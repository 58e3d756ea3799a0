"""What the measurements of all rounds come to: medians, sums and ratios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from bench.load.measurement import Measurement

# One round of one server: "closed_loop", "at_half_of_ours" ... -> what was measured.
Round = Mapping[str, Measurement]
COUNTS = ("sent", "lost", "wrong", "refused")


def together(measurements: Sequence[Measurement]) -> dict[str, Any]:
    """Medians of the figures, sums of the counts."""
    rows = [asdict(one) for one in measurements]
    return {
        name: sum(row[name] for row in rows)
        if name in COUNTS
        else rounded(row[name] for row in rows)
        for name in rows[0]
    }


def rounded(values: Iterable[float | None]) -> float | None:
    """Median of what is there, to three decimals."""
    known = [value for value in values if value is not None]
    return round(median(known), 3) if known else None


def figures(name: str, rounds: Sequence[Round], missing_rows: int) -> dict[str, Any]:
    """Of one server. Latency is that at half of the throughput which it reached itself."""
    loads = {load: together([one[load] for one in rounds]) for load in rounds[0]}
    at_half = loads[f"at_half_of_{name}"]
    return {
        "messages_per_s": loads["closed_loop"]["messages_per_s"],
        "p50_ms": at_half["p50_ms"],
        "p99_ms": at_half["p99_ms"],
        "lost": missing_rows + sum(load["lost"] for load in loads.values()),
        "wrong": sum(load["wrong"] for load in loads.values()),
        "refused": sum(load["refused"] for load in loads.values()),
        "acknowledged_without_row": missing_rows,
        **loads,
    }


def ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """Median over the rounds of throughput against throughput of the same round.

    A round in which the other delivered nothing at all compares nothing. 0 where there is no other.
    """
    pairs = [
        (one["closed_loop"].messages_per_s, other["closed_loop"].messages_per_s)
        for one, other in zip(ours, theirs, strict=True)
    ]
    ratios = [one / other for one, other in pairs if other]
    return round(median(ratios), 3) if ratios else 0.0


def table(report: Mapping[str, Any], names: Sequence[str]) -> str:
    """For people."""
    head = f"{'':8}{'delivered/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'lost':>7}{'wrong':>7}"
    lines = [f"{head}{'us/delivery':>13}"]
    for name in names:
        one = report[name]
        lines.append(
            f"{name:8}{one['messages_per_s']:12,.0f}{one['p50_ms']:9.2f}{one['p99_ms']:9.2f}"
            f"{one['lost']:7}{one['wrong']:7}{one['closed_loop']['server_us']:13.1f}"
        )
    lines.append(f"ours / raw {report['ratio_to_raw']}, ours / naive {report['ratio_to_naive']}")
    return "\n".join(lines)
