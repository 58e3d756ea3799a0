"""What this process knows of the FAQ, kept up with the database question by question."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from faq.models import Revision, Synonym
from faq.search import embeddings, kept, language, runtime, universal, vectors
from faq.search.corpus import Categories, Corpus, Floats
from faq.search.learning import Learned, Thresholds
from faq.search.reading import read_items
from faq.search.synonyms import Synonyms

logger = logging.getLogger(__name__)

# A question embeds so many new wordings itself (0.2 s); more are a bulk load, which the
# background embeds while questions go by words.
MOST_AT_ONCE = 64


# Parts of the FAQ that are kept learned, beside all of it: about one an assistant.
MOST_PARTS = 32


@dataclass
class Part:
    """The entries of some categories, or all, and what is learned of them or of those before."""

    corpus: Corpus
    learned: Learned | None = None


class Knowledge:
    """The newest corpus with what is learned of it, and of each part of it that is searched by
    itself: the entries outside a part neither hide those inside nor make them less sure.

    All methods may be called from any thread; only `current` reads and writes the database, on
    its caller's connection. Parts are named by their categories, the whole by None."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._embeds = self._multilingual = False
        self._parts: dict[Categories, Part] = {None: Part(Corpus.build([], lambda texts: []))}
        self._unsaved: dict[str, Floats] = {}
        self.synonyms = Synonyms([])
        self._study = Study(self)

    def current(self, categories: Categories = None) -> tuple[Corpus, Learned | None]:
        """Return the FAQ as committed now, or its part in these categories, and what has been
        learned of that or of its predecessor. Never waits for learning."""
        mark = Revision.current()
        with self._lock:
            if (mark, *_models()) != (self._mark, self._embeds, self._multilingual):
                self._refresh(mark)
            if self._unsaved:
                vectors.keep(self._unsaved)
                self._unsaved = {}
            part = self._part(categories)
            return part.corpus, part.learned

    @property
    def _corpus(self) -> Corpus:
        return self._parts[None].corpus

    def _refresh(self, mark: str) -> None:
        first = self._mark is None
        items = read_items(self._corpus.items)
        self.synonyms = Synonyms(Synonym.objects.values_list("said", "meant"))
        self._embeds, self._multilingual = _models()
        self._take(Corpus.build(items, self._vectors))
        self._mark = mark
        if first:
            vectors.prune(self._corpus.texts)
        self._study.begin()

    def _take(self, corpus: Corpus) -> None:
        for categories, part in self._parts.items():
            part.corpus = corpus if categories is None else corpus.of(categories)

    def _part(self, categories: Categories) -> Part:
        if categories is None or self._corpus.categories <= categories:
            return self._parts[None]
        if categories not in self._parts:
            if len(self._parts) > MOST_PARTS:
                del self._parts[next(one for one in self._parts if one is not None)]
            self._parts[categories] = Part(self._corpus.of(categories))
            self._study.begin()
        return self._parts[categories]

    def _vectors(self, texts: Sequence[str]) -> list[Floats | None]:
        found = {text: self._corpus.known(text) for text in texts}
        missing = [text for text, vector in found.items() if vector is None]
        if missing and self._embeds:
            stored = vectors.kept(missing)
            missing = [text for text in missing if text not in stored]
            few = 0 < len(missing) <= MOST_AT_ONCE
            computed = vectors.compute(missing) if few else {}
            self._unsaved |= computed
            found |= stored | computed
        return [found[text] for text in texts]

    def parts(self) -> list[Categories]:
        """Return the names of what there is to study, the whole last."""
        with self._lock:
            return [one for one in self._parts if one is not None] + [None]

    def snapshot(self, categories: Categories = None) -> tuple[Corpus, Learned | None, bool]:
        """Return what there is to study: corpus, what is learned, whether there is a model."""
        with self._lock:
            part = self._parts.get(categories) or self._parts[None]
            return part.corpus, part.learned, self._embeds

    def embedded(self, computed: dict[str, Floats]) -> None:
        """Take over embeddings that the background has computed."""
        with self._lock:
            self._unsaved |= computed
            old = self._corpus
            self._take(
                Corpus.build(
                    old.items,
                    lambda texts: [computed.get(text, old.known(text)) for text in texts],
                )
            )

    def learned(self, learned: Learned | None, categories: Categories = None) -> None:
        """Take over what the background has learned."""
        with self._lock:
            if categories in self._parts:
                self._parts[categories].learned = learned

    def settle(self, seconds: float = 60.0) -> bool:
        """Wait until nothing is left to learn; whether that came to pass in time."""
        return self._study.wait(seconds)


class Study:
    """Learns in a thread of low priority, which lives as long as there is something new."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._lock = threading.Lock()
        self._wanted = 0
        self._thread: threading.Thread | None = None
        self._stopped = False
        atexit.register(self.stop)

    def begin(self) -> None:
        """Have the newest state studied; a study of an older one is given up."""
        with self._lock:
            self._wanted += 1
            if self._thread is None and not self._stopped:
                # A daemon, so that it keeps no process from ending.
                self._thread = threading.Thread(target=self._run, name="faq-study", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the study under way; return whether it has ended."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def stop(self) -> None:
        """End the thread between two steps: numpy must not run while Python shuts down."""
        self._stopped = True
        self._wanted += 1
        runtime.end()
        # Of low priority, it may get a tenth of a busy processor.
        self.wait(30)

    def _run(self) -> None:
        _lower_priority()
        while True:
            turn = self._wanted
            try:
                self._learn(lambda turn=turn: turn == self._wanted)  # type: ignore[misc]
            except runtime.Ending:
                pass
            except Exception:
                logger.exception("Learning from the FAQ failed; searches go on without")
            with self._lock:
                if turn == self._wanted or self._stopped:
                    self._thread = None
                    return

    def _learn(self, current: Callable[[], bool]) -> None:
        language.prepare(self._knowledge.snapshot()[0].languages)
        self._embed(current)
        # All are learned before the thresholds of any are fitted, which takes longer.
        for step in (self._learn_part, self._calibrate_part):
            for categories in self._knowledge.parts():
                if current():
                    step(categories, current)

    def _learn_part(self, categories: Categories, current: Callable[[], bool]) -> None:
        corpus, before, _ = self._knowledge.snapshot(categories)
        if before is not None and before.knows(corpus):
            return
        thresholds = before.thresholds if before else Thresholds()
        learned = kept.learned(corpus)
        if current():
            fresh = learned and replace(learned, thresholds=thresholds)
            self._knowledge.learned(fresh, categories)

    def _calibrate_part(self, categories: Categories, current: Callable[[], bool]) -> None:
        corpus, learned, _ = self._knowledge.snapshot(categories)
        if learned is None or learned.calibrated:
            return
        fitted = kept.thresholds(corpus, current)
        if fitted and current():
            fresh = replace(learned, thresholds=fitted, calibrated=True)
            self._knowledge.learned(fresh, categories)
            told = len(corpus.items), fitted.answer, fitted.suggest
            logger.info("%d entries learned: answers from %.3f, suggestions from %.3f", *told)

    def _embed(self, current: Callable[[], bool]) -> None:
        """Embed what a bulk load has left."""
        corpus, _, embeds = self._knowledge.snapshot()
        missing = [
            text for text, known in zip(corpus.texts, corpus.embedded, strict=True) if not known
        ]
        if not (embeds and missing):
            return
        computed: dict[str, Floats] = {}
        for start in range(0, len(missing), MOST_AT_ONCE):
            if not current():
                break
            computed |= vectors.compute(missing[start : start + MOST_AT_ONCE])
        self._knowledge.embedded(computed)


def _models() -> tuple[bool, bool]:
    """Which models there are: for embeddings, and for what is learned beside them.

    By their files: whether they load, the study finds out, and nobody waits for that."""
    return embeddings.available(), universal.available()


def _lower_priority() -> None:
    # Linux counts priority by thread; elsewhere this would slow down the whole process.
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
