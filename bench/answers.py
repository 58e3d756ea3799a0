"""One question from its text to judged hits: the embedded engine and Solr, and Solr by itself.

`bench/answers.py [--json FILE] [--questions 300] [--sizes 400 15000] [--data FILE] …`;
`bench/answers.py --table FILE` prints a run's JSON as Markdown and measures nothing.
bench/README.md says what is measured and how to read it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import answer_figures
from bench.servers.process import DidNotStart
from bench.servers.solr import Solr

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "faq" / "demo" / "helpdesk.json"
# Put before and after the demo's wordings where there is no larger set: none twice.
BEFORE = ("", "hello, ", "please tell me: ", "my colleague asks ", "urgent! ", "sorry, ", "hi ")
AFTER = (
    "",
    " today",
    " at home",
    " on campus",
    " again",
    " as a student",
    " for my class",
    " asap",
)

Pairs = list[list[str]]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--sizes", type=int, nargs="+", default=[400, 15000], metavar="WORDINGS")
    parser.add_argument("--data", type=Path, help='{"train": [[text, label]], "test": [[…]]}')
    parser.add_argument("--kept", type=Path, metavar="FILE", help="where embeddings are kept")
    parser.add_argument("--table", type=Path, metavar="FILE", help="print that run, measure none")
    return parser.parse_args(words)


def material(data: Path | None) -> tuple[Pairs, list[str]]:
    """Wordings with their labels, and questions: of a file, or made from the demo."""
    if data is not None:
        sets = json.loads(data.read_text())
        return sets["train"], [text for text, _ in sets["test"]]
    demo = [
        [text, entry["title"]]
        for category in json.loads(DEMO.read_text())["categories"]
        for entry in category["entries"]
        for text in [entry["title"], *entry["phrasings"]]
    ]
    made = [
        [f"{one}{text}{other}", label] for one in BEFORE for other in AFTER for text, label in demo
    ]
    return made, [f"can you help? {text}" for text, _ in demo]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def prepare(folder: Path, pairs: Pairs, questions: list[str], kept: Path | None) -> None:
    """Write what the measured processes read: embedded once, for it takes a minute."""
    (folder / "corpus.json").write_text(json.dumps(pairs))
    (folder / "questions.json").write_text(json.dumps(questions))
    command = [str(ROOT / "bench" / "answer_vectors.py"), "corpus.json", "vectors.npy"]
    if kept:
        command.append(str(kept.absolute()))
    subprocess.run([sys.executable, *command], cwd=folder, env=environment(), check=True)


def environment(**more: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def measured(engine: str, folder: Path, solr: Solr) -> dict[str, Any]:
    """The figures of a process of its own; with Solr also what its server has used."""
    spent = solr.cpu_seconds
    command = [sys.executable, str(ROOT / "bench" / "answering.py"), engine, str(folder)]
    done = subprocess.run(
        command, env=environment(HELPDESK_SOLR_URL=solr.url), capture_output=True, text=True
    )
    if done.returncode:
        raise DidNotStart(done.stderr[-2000:])
    figures: dict[str, Any] = json.loads(done.stdout)
    if engine == "solr":
        figures["server_cpu_s"] = round(solr.cpu_seconds - spent, 2)
        figures["server_memory_mib"] = round(solr.memory_mib, 1)
    return figures


def conditions() -> dict[str, Any]:
    """Under what it was measured: figures of a busy machine compare with nothing."""
    return {
        "begun": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "blas_set": os.environ.get("OPENBLAS_CORETYPE", ""),
    }


def main() -> int:
    options = arguments()
    if options.table:
        print(answer_figures.markdown(json.loads(options.table.read_text())))
        return 0
    pairs, questions = material(options.data)
    sizes: dict[str, Any] = {}
    report = {"conditions": conditions(), "sizes": sizes}
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as name:
        folder = Path(name)
        try:
            solr = Solr(folder)
        except DidNotStart as error:
            say(str(error))
            return 2
        try:
            for size in options.sizes:
                say(f"{size} wordings: embedding them")
                # Spread over all entries, not the first ones.
                step = max(1, len(pairs) // size)
                chosen = pairs[::step][:size]
                prepare(folder, chosen, questions[: options.questions], options.kept)
                sizes[str(size)] = {}
                for engine in ("embedded", "solr"):
                    say(f"{size} wordings: {engine}")
                    sizes[str(size)][engine] = measured(engine, folder, solr)
        finally:
            solr.stop()
    print(answer_figures.table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
