"""How often the search is right: sets of questions through both engines, one FAQ each.

`bench/answer_quality.py FILE... [--json FILE] [--engines embedded solr] [--kept FOLDER]`;
`bench/answer_quality.py --table FILE` prints a run's JSON as Markdown and measures nothing.
The files are those of `manage.py evaluate_faq`, and so are the figures; here both engines are
asked what was learned once. Later runs add to the JSON. `--kept` is where embeddings of the
wordings are kept from one run to the next: 15,000 take minutes.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from bench import answer_figures  # noqa: E402
from bench.answer_vectors import embed  # noqa: E402
from bench.answers import conditions  # noqa: E402
from bench.servers.process import DidNotStart  # noqa: E402
from bench.servers.solr import Solr  # noqa: E402
from faq.management.commands.evaluate_faq import read  # noqa: E402
from faq.search.evaluation import Bench, measure  # noqa: E402


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add all figures there")
    parser.add_argument("--engines", nargs="+", default=["embedded", "solr"])
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    parser.add_argument("--table", type=Path, metavar="FILE", help="print that run, measure none")
    return parser.parse_args(words)


def measured(file: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The figures of each engine on one file."""
    dataset = read(file)
    kept = options.kept / f"{file.stem}.npz" if options.kept else None
    bench = Bench(dataset.train, lambda texts: embed(texts, kept))
    return {engine: measure(bench, dataset, engine) for engine in options.engines}


def main() -> int:
    options = arguments()
    if options.table:
        print(answer_figures.quality(json.loads(options.table.read_text())))
        return 0
    report: dict[str, Any] = {}
    if options.json and options.json.is_file():
        report = json.loads(options.json.read_text())
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as name, ExitStack() as stack:
        if "solr" in options.engines:
            try:
                solr = Solr(Path(name))
            except DidNotStart as error:
                print(error, file=sys.stderr)
                return 2
            stack.callback(solr.stop)
            settings.SOLR_URL = solr.url
        for file in options.files:
            report[file.stem] = {"conditions": conditions(), "engines": measured(file, options)}
            print(answer_figures.quality({file.stem: report[file.stem]}), flush=True)
            if options.json:
                options.json.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
