"""Finding the entry that answers a question: `search(question) -> Result`.

An engine proposes phrasings, one scorer judges their entries, thresholds fitted from the
entries themselves say whether that is enough to answer. A change of the FAQ is found by the
next search in every process.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.conf import settings

from faq.search import dialogflow, embeddings, follow_ups, metrics
from faq.search.bands import band
from faq.search.base import Engine, Hit, Question, Result
from faq.search.condition import Health, health
from faq.search.corpus import Floats
from faq.search.embedded import EmbeddedEngine
from faq.search.learning import Learned, Thresholds
from faq.search.process import Knowledge
from faq.search.scoring import Scored, best_row, judge
from faq.search.solr.engine import SolrEngine
from faq.search.solr.keeper import Keeper
from faq.search.spelling import in_known_words

__all__ = [
    "ENGINES", "Health", "Hit", "Result", "find", "health", "keep_index", "knowledge", "search",
]  # fmt: skip

# What query languages write before a word; it has no meaning here, but would have an embedding.
OPERATORS = re.compile(r"(?<!\S)[+!-]+(?=\w)")

ENGINES: dict[str, type[Engine]] = {
    EmbeddedEngine.name: EmbeddedEngine,
    SolrEngine.name: SolrEngine,
}

# This process's copy of the FAQ.
knowledge = Knowledge()

# So many hits are looked through for what a follow-up means.
MOST_IN_CONTEXT = 8

# Pushes changes into an engine that has an index of its own.
keeper = Keeper(lambda: knowledge.current()[0])


def search(
    question: str,
    *,
    categories: Collection[str] | None = None,
    limit: int = 3,
    previous: Sequence[str] = (),
    lang: str = "",
    conversation: str = "",
) -> Result:
    """Return the `limit` best entries for `question` that may be answered now, with what to do
    with them; of some categories' slugs if given, as if the FAQ had no others.

    `previous` are the questions answered before it, oldest first: one that leans on them is
    searched together with them. `lang` are the codes of the languages that the customer
    reads, best first, with commas between them.
    `conversation` is whose question it is: only with it, and if that is the engine, a live
    Dialogflow agent is asked, and its intents are the hits.
    Takes some 5 ms, of which half are the embeddings, and reads the database: call it from a
    thread, never from the event loop.
    """
    started = time.perf_counter()
    keep_index()
    live = bool(conversation) and settings.FAQ_ENGINE == dialogflow.NAME
    if live and (found := dialogflow.ask(clean(question), conversation, started)):
        return _counted(found)
    wanted = None if categories is None else frozenset(categories)
    corpus, learned = knowledge.current(wanted)
    engine = ENGINES.get(settings.FAQ_ENGINE, EmbeddedEngine)

    def ask(text: str) -> Result:
        words = OPERATORS.sub("", knowledge.synonyms.applied(text))
        known = in_known_words(words, corpus)
        asked = Question(known, _vector(known), corpus, wanted, lang)
        most = max(limit, MOST_IN_CONTEXT)
        found = find(asked, engine(), learned, limit=most, started=started)
        # As it was put: a new product's name is no typo to whoever looks for gaps.
        return replace(found, question=text)

    def wordings(entry: int) -> tuple[str, ...]:
        return next((item.texts for item in corpus.items if item.entry_id == entry), ())

    before = [clean(one) for one in previous]
    found = follow_ups.in_context(ask(clean(question)), before, ask, wordings)
    name = f"{found.engine}, {dialogflow.AWAY}" if live else found.engine
    return _counted(replace(found, hits=found.hits[:limit], engine=name))


def keep_index() -> None:
    """Begin to keep the engine's index in step with the database, where it has one: called by
    every process that serves, and by the first search."""
    if SolrEngine.name == settings.FAQ_ENGINE:
        keeper.begin()


def find(
    question: Question, engine: Engine, learned: Learned | None, *, limit: int, started: float
) -> Result:
    """Return the result for `question` in its corpus; `started` is a `time.perf_counter()`."""
    thresholds = learned.thresholds if learned else Thresholds()
    # Punctuation has an embedding too, and neighbours that mean nothing.
    scored = judge(question, engine.candidates(question), learned) if question.tokens else []
    return Result(
        question=question.text,
        hits=tuple(_hit(question, one) for one in scored[:limit]),
        band=band(question, scored, thresholds),
        answer_threshold=thresholds.answer,
        suggest_threshold=thresholds.suggest,
        engine=engine.name if question.vector is not None else f"{engine.name}, words only",
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _counted(result: Result) -> Result:
    metrics.SEARCHES.labels(result.engine, result.band).observe(result.milliseconds / 1000)
    if "away" in result.engine:
        metrics.FALLBACKS.labels(settings.FAQ_ENGINE).inc()
    return result


def clean(question: str) -> str:
    """Return a question without what no tokenizer takes, lone surrogates, and outer spaces."""
    return question.encode(errors="replace").decode().strip()


def _vector(text: str) -> Floats | None:
    try:
        return embeddings.embed([text])[0]
    except embeddings.ModelMissing:
        return None


def _hit(question: Question, scored: Scored) -> Hit:
    item = question.corpus.items[scored.item]
    parts = {"cosine": scored.cosine, "bm25": scored.bm25, "probability": scored.probability}
    if scored.likelihood is not None:
        parts["likelihood"] = scored.likelihood
    return Hit(
        item.entry_id, item.title, item.answer, item.link, item.category,
        question.corpus.texts[best_row(question, scored.item)], scored.confidence, parts,
    )  # fmt: skip
