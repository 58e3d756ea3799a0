"""The process that bench/answers.py measures: `answering.py ENGINE FOLDER`.

Reads `corpus.json` ([[text, label]]), `vectors.npy` and `questions.json` from the folder, asks,
and prints its figures as one JSON object.
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

import numpy as np  # noqa: E402

from faq.search import embeddings, find  # noqa: E402
from faq.search.base import Engine, Question  # noqa: E402
from faq.search.corpus import Corpus, Item  # noqa: E402
from faq.search.embedded import EmbeddedEngine  # noqa: E402
from faq.search.evaluation import memory_mib, warm  # noqa: E402
from faq.search.learning import learn  # noqa: E402
from faq.search.solr import queries  # noqa: E402
from faq.search.solr.trying import tried_out  # noqa: E402

WARM_UP = 30


def corpus(folder: Path) -> Corpus:
    """The entries as a serving process holds them."""
    by_label = defaultdict(list)
    pairs = json.loads((folder / "corpus.json").read_text())
    for text, label in pairs:
        by_label[label].append(text)
    known = dict(zip((text for text, _ in pairs), np.load(folder / "vectors.npy"), strict=True))
    items = [Item.of(i, by_label[label], title=label) for i, label in enumerate(by_label)]
    return Corpus.build(items, lambda texts: [known[text] for text in texts])


@contextmanager
def engine_of(name: str, entries: Corpus) -> Iterator[Engine]:
    if name == "embedded":
        yield EmbeddedEngine()
    else:
        with tried_out(entries) as engine:
            warm(engine, entries)
            yield engine


def timed(what: Callable[[str], object], questions: list[str]) -> dict[str, float]:
    """Milliseconds of each call, on the clock and of this process's processors."""
    for text in questions[:WARM_UP]:
        what(text)
    clock, cpu = [], []
    for text in questions:
        started, spent = time.perf_counter(), time.process_time()
        what(text)
        clock.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    names = ("p50_ms", "p95_ms", "cpu_p50_ms", "cpu_p95_ms")
    values = [np.percentile(one, share) for one in (clock, cpu) for share in (50, 95)]
    return {name: round(float(value), 2) for name, value in zip(names, values, strict=True)}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """The figures of one engine on the folder's entries."""
    questions = json.loads((folder / "questions.json").read_text())
    entries = corpus(folder)
    learned = learn(entries)
    with engine_of(name, entries) as engine:

        def ask(text: str) -> Any:
            asked = Question(text, embeddings.embed([text])[0], entries)
            return find(asked, engine, learned, limit=3, started=time.perf_counter())

        figures: dict[str, Any] = {"whole": timed(ask, questions)}
        figures["memory_mib"] = round(memory_mib(), 1)
        if name == "solr":
            figures["bare"] = timed(bare(engine, entries, questions), questions)
        figures["embedding"] = timed(lambda text: embeddings.embed([text]), questions)
    return figures


def bare(engine: Any, entries: Corpus, questions: list[str]) -> Callable[[str], object]:
    """What Solr's two queries take by themselves, written beforehand."""

    def query(text: str) -> list[dict[str, Any]]:
        asked = Question(text, embeddings.embed([text])[0], entries)
        return queries.queries(asked, engine.link.patience)

    written = {text: query(text) for text in questions}
    return lambda text: engine.link.ask(written[text])


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
