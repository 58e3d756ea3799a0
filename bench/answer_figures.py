"""What runs of bench/answers.py and bench/answer_quality.py wrote, as tables for people."""

from collections.abc import Iterator
from typing import Any

PARTS = ("whole", "embedding", "bare")
SHARES = ("accuracy_at_1", "in_scope_accuracy", "oos_recall", "accuracy_at_3", "auroc")


def rows(report: dict[str, Any]) -> Iterator[tuple[str, str, str, list[float], float | None]]:
    """Each measured part: wordings, engine, part, [p50, p95, CPU p50, CPU p95] in ms, MiB."""
    for size, engines in report["sizes"].items():
        for engine, figures in engines.items():
            for part in PARTS:
                if part in figures:
                    memory = figures["memory_mib"] if part == "whole" else None
                    yield size, engine, part, list(figures[part].values()), memory


def servers(report: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Solr's own: wordings, MiB, seconds of processor time for all that it was asked."""
    for size, engines in report["sizes"].items():
        for figures in engines.values():
            if "server_memory_mib" in figures:
                yield size, figures["server_memory_mib"], figures["server_cpu_s"]


def table(report: dict[str, Any]) -> str:
    """For a terminal."""
    lines = [f"{'':28}{'p50 ms':>9}{'p95 ms':>9}{'CPU p50':>9}{'CPU p95':>9}{'MiB':>8}"]
    for size, engine, part, values, memory in rows(report):
        name = f"{size} {engine}, {part}"
        row = "".join(f"{value:9.2f}" for value in values)
        lines.append(f"{name:28}{row}" + (f"{memory:8.0f}" if memory else ""))
    lines += [f"{size} Solr's server: {memory:.0f} MiB" for size, memory, _ in servers(report)]
    return "\n".join(lines)


def markdown(report: dict[str, Any]) -> str:
    """For bench/README.md, with the conditions above it."""
    under = report["conditions"]
    blas = f"OPENBLAS_CORETYPE={under['blas_set']}" if under["blas_set"] else "BLAS as it comes"
    lines = [
        f"{under['begun']}, {under['processors']} processors, load before {under['load']}, {blas}:",
        "",
        "| wordings | engine | part | p50 ms | p95 ms | CPU p50 ms | CPU p95 ms | MiB |",
        "|--:|---|---|--:|--:|--:|--:|--:|",
    ]
    for size, engine, part, values, memory in rows(report):
        cells = " | ".join(f"{value:.2f}" for value in values)
        held = f"{memory:.0f}" if memory else ""
        lines.append(f"| {size} | {engine} | {part} | {cells} | {held} |")
    lines += [
        f"| {size} | Solr's server | all questions: {cpu:.1f} s CPU | | | | | {memory:.0f} |"
        for size, memory, cpu in servers(report)
    ]
    return "\n".join(lines)


def quality(report: dict[str, Any]) -> str:
    """A run of bench/answer_quality.py, for docs/answers.md; the last columns say under what."""
    lines = [
        "| set | engine | right at first place | answered right | unanswerable not answered "
        "| right among three | area | answers from | begun | load |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|--:|",
    ]
    for name, one in report.items():
        under = one["conditions"]
        for engine, figures in one["engines"].items():
            shares = (figures[share] for share in SHARES)
            cells = " | ".join("–" if share is None else f"{share:.4f}" for share in shares)
            lines.append(
                f"| {name} | {engine} | {cells} | {figures['answer_threshold']:.3f} "
                f"| {under['begun']} | {under['load']} |"
            )
    return "\n".join(lines)
