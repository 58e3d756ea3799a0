"""What this process knows of the FAQ, kept up with the database question by question."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from faq.models import Revision, Synonym
from faq.search import embeddings, fitting, language, vectors
from faq.search.corpus import Corpus, Floats
from faq.search.learning import Learned, Thresholds, learn
from faq.search.reading import read_items
from faq.search.synonyms import Synonyms

logger = logging.getLogger(__name__)

# A question embeds so many new wordings itself (0.3 s); more are a bulk load, which the
# background embeds while questions go by words.
MOST_AT_ONCE = 64


class Knowledge:
    """The newest corpus with what is learned of it. All methods may be called from any
    thread; only `current` reads and writes the database, on its caller's connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._embeds = False
        self._corpus = Corpus.build([], lambda texts: [])
        self._learned: Learned | None = None
        self._unsaved: dict[str, Floats] = {}
        self.synonyms = Synonyms([])
        self._study = Study(self)

    def current(self) -> tuple[Corpus, Learned | None]:
        """Return the FAQ as committed now, and what has been learned of it or of its
        predecessor. Never waits for learning."""
        mark = Revision.current()
        with self._lock:
            if (mark, embeddings.available()) != (self._mark, self._embeds):
                self._refresh(mark)
            if self._unsaved:
                vectors.keep(self._unsaved)
                self._unsaved = {}
            return self._corpus, self._learned

    def _refresh(self, mark: str) -> None:
        first = self._mark is None
        items = read_items(self._corpus.items)
        self.synonyms = Synonyms(Synonym.objects.values_list("said", "meant"))
        self._embeds = embeddings.available()
        self._corpus = Corpus.build(items, self._vectors)
        self._mark = mark
        if first:
            vectors.prune(self._corpus.texts)
        self._study.begin()

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

    def snapshot(self) -> tuple[Corpus, Learned | None, bool]:
        """Return what there is to study: corpus, what is learned, whether there is a model."""
        with self._lock:
            return self._corpus, self._learned, self._embeds

    def embedded(self, computed: dict[str, Floats]) -> None:
        """Take over embeddings that the background has computed."""
        with self._lock:
            self._unsaved |= computed
            old = self._corpus
            self._corpus = Corpus.build(
                old.items,
                lambda texts: [computed.get(text, old.known(text)) for text in texts],
            )

    def learned(self, learned: Learned | None) -> None:
        """Take over what the background has learned."""
        with self._lock:
            self._learned = learned

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
        self.wait(5)

    def _run(self) -> None:
        _lower_priority()
        while True:
            turn = self._wanted
            try:
                self._learn(lambda turn=turn: turn == self._wanted)  # type: ignore[misc]
            except Exception:
                logger.exception("Learning from the FAQ failed; searches go on without")
            with self._lock:
                if turn == self._wanted or self._stopped:
                    self._thread = None
                    return

    def _learn(self, current: Callable[[], bool]) -> None:
        language.prepare(self._knowledge.snapshot()[0].languages)
        corpus = self._embed(current)
        _, before, _ = self._knowledge.snapshot()
        if corpus is None or (before is not None and before.fits(corpus)):
            return
        thresholds = before.thresholds if before else Thresholds()
        learned = learn(corpus)
        if current():
            self._knowledge.learned(learned and replace(learned, thresholds=thresholds))
        fitted = fitting.thresholds(corpus, current) if learned else None
        if learned and fitted and current():
            self._knowledge.learned(replace(learned, thresholds=fitted, calibrated=True))
            told = len(corpus.items), fitted.answer, fitted.suggest
            logger.info("%d entries learned: answers from %.3f, suggestions from %.3f", *told)

    def _embed(self, current: Callable[[], bool]) -> Corpus | None:
        """Embed what a bulk load has left; return the corpus to study, None when outdated."""
        corpus, _, embeds = self._knowledge.snapshot()
        missing = [
            text for text, known in zip(corpus.texts, corpus.embedded, strict=True) if not known
        ]
        if not (embeds and missing):
            return corpus
        computed: dict[str, Floats] = {}
        for start in range(0, len(missing), MOST_AT_ONCE):
            if not current():
                break
            computed |= vectors.compute(missing[start : start + MOST_AT_ONCE])
        self._knowledge.embedded(computed)
        return self._knowledge.snapshot()[0] if current() else None


def _lower_priority() -> None:
    # Linux counts priority by thread; elsewhere this would slow down the whole process.
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
