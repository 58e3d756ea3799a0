"""How well the product's own search does on a set of questions with known answers.

Everything as in production, but the database: the same corpus, engine, scorer, bands and
fitted thresholds, from the training questions alone.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from faq.search import ENGINES, Result, embeddings, find
from faq.search.base import Engine, Question
from faq.search.calibrate import calibrate
from faq.search.corpus import DIMENSIONS, ROWS_AT_ONCE, Corpus, Floats, Item
from faq.search.embedded import EmbeddedEngine
from faq.search.learning import Learned, Thresholds, learn
from faq.search.quantized import Quantized
from faq.search.solr.client import Away
from faq.search.solr.engine import SolrEngine
from faq.search.solr.trying import tried_out
from faq.search.spelling import in_known_words

Labelled = tuple[str, str]
# What makes unit vectors [texts, 384] of texts.
Embed = Callable[[Sequence[str]], Floats]


class Dataset(msgspec.Struct):
    """The file: questions with the label of the entry that answers them."""

    train: Annotated[list[Labelled], msgspec.Meta(min_length=1)]
    test: Annotated[list[Labelled], msgspec.Meta(min_length=1)]
    oos_test: list[str] | None = None


@dataclass(frozen=True)
class Asked:
    """One test question: the result, its first labels and what it cost."""

    result: Result
    labels: tuple[str, ...]
    cpu_ms: float

    @property
    def confidence(self) -> float:
        return self.result.hits[0].confidence if self.result.hits else 0.0

    @property
    def answered(self) -> bool:
        return self.result.band == "answer"


def evaluate(dataset: Dataset, engine: str = "embedded") -> dict[str, Any]:
    """Return the figures of `dataset`: shares from 0 to 1, CPU in ms, memory in MiB.

    `oos_recall` and `auroc` are None without unanswerable questions.
    """
    return measure(Bench(dataset.train), dataset, engine)


def measure(bench: Bench, dataset: Dataset, engine: str) -> dict[str, Any]:
    """Return the figures of one engine on a bench that may be asked through several."""
    with _engine(engine, bench.corpus) as bench.engine:
        known = [(bench.ask(text), label) for text, label in dataset.test]
        unknown = [bench.ask(text) for text in dataset.oos_test or ()]
    cpu = [asked.cpu_ms for asked in [*(asked for asked, _ in known), *unknown]]
    return {
        "accuracy_at_1": _share(asked.labels[:1] == (label,) for asked, label in known),
        "accuracy_at_3": _share(label in asked.labels for asked, label in known),
        "in_scope_accuracy": _share(
            asked.answered and asked.labels[:1] == (label,) for asked, label in known
        ),
        "oos_recall": _share(not asked.answered for asked in unknown) if unknown else None,
        "auroc": _auroc([asked for asked, _ in known], unknown) if unknown else None,
        "answer_threshold": bench.thresholds.answer,
        "suggest_threshold": bench.thresholds.suggest,
        "cpu_ms_p50": float(np.percentile(cpu, 50)),
        "cpu_ms_p95": float(np.percentile(cpu, 95)),
        "memory_mib": memory_mib(),
        "engine": known[0][0].result.engine,
    }


class Bench:
    """A FAQ of one entry a label, learned and calibrated, to be asked."""

    def __init__(self, train: Sequence[Labelled], embed: Embed = embeddings.embed) -> None:
        texts = defaultdict(list)
        for text, label in train:
            texts[label].append(text)
        items = [Item.of(number, texts[label], title=label) for number, label in enumerate(texts)]
        wordings = [text for item in items for text in item.texts]
        starts = range(0, len(wordings), ROWS_AT_ONCE)
        parts = (embed(wordings[start : start + ROWS_AT_ONCE]) for start in starts)
        vectors = Quantized.joined(parts, DIMENSIONS)
        self.corpus = Corpus(items, vectors, np.ones(len(wordings), bool))
        self.engine: Engine = EmbeddedEngine()
        self.learned: Learned | None = learn(self.corpus)
        self.thresholds = calibrate(self.corpus) or Thresholds()
        if self.learned:
            self.learned = replace(self.learned, thresholds=self.thresholds)

    def ask(self, text: str) -> Asked:
        """Return how the product answers `text`, with the CPU time of all threads."""
        started, cpu = time.perf_counter(), time.process_time()
        text = in_known_words(text, self.corpus)
        question = Question(text, embeddings.embed([text])[0], self.corpus)
        result = find(question, self.engine, self.learned, limit=3, started=started)
        spent = (time.process_time() - cpu) * 1000
        return Asked(result, tuple(hit.title for hit in result.hits), spent)


@contextmanager
def _engine(name: str, corpus: Corpus) -> Iterator[Engine]:
    """Give an engine that knows `corpus`, for as long as the block lasts."""
    if name == SolrEngine.name:
        with tried_out(corpus) as engine:
            warm(engine, corpus)
            yield engine
    else:
        yield ENGINES[name]()


def warm(engine: Engine, corpus: Corpus) -> None:
    """Ask until the engine has proposed something, 20 times at most. Raises Away.

    A Solr that has just started, on a busy machine, runs into its own limit of time and finds
    nothing, which looks like an empty index.
    """
    text = corpus.texts[0]
    for left in reversed(range(20)):
        try:
            engine.candidates(Question(text, corpus.known(text), corpus))
            return
        except Away:
            if not left:
                raise


def memory_mib() -> float:
    """Return the most memory that this process has held at once, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _share(flags: Any) -> float:
    return float(np.mean([bool(flag) for flag in flags]))


def _auroc(known: Sequence[Asked], unknown: Sequence[Asked]) -> float:
    """Return how likely an answerable question is more confident than an unanswerable one."""
    below = _ranks([asked.confidence for asked in known], [one.confidence for one in unknown])
    return float(below.mean()) / len(unknown)


def _ranks(values: Sequence[float], among: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return for each value how many of `among` are lower, equal ones counting half."""
    ordered = np.sort(np.array(among))
    left = np.searchsorted(ordered, values, "left")
    return (left + np.searchsorted(ordered, values, "right")) / 2
