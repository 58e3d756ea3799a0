"""What was learned before: neither a restart nor the next process learns it again.

It stands beside the models, by what it was learned from. Where nothing can be written there,
every process learns for itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import msgspec
import numpy as np
from django.conf import settings

from faq.search import files, learning, universal
from faq.search.calibrate import FEWEST_ENTRIES, calibrate
from faq.search.classifier import Classifier
from faq.search.corpus import Corpus
from faq.search.learning import Learned, Thresholds, WordFeatures
from faq.search.likelihood import Likelihood
from faq.search.one_vs_rest import OneVsRest

MOST = 200
# Some 2 MB each, one an assistant and one for all, of this state of the FAQ and of earlier ones.
MOST_LEARNED = 40


def learned(corpus: Corpus) -> Learned | None:
    """Return what `learn` makes of `corpus`, now or before."""
    if len(corpus.items) < learning.FEWEST_ITEMS:
        return None
    multilingual = universal.is_used()
    path = _folder() / "learned" / f"{digest_of(corpus, multilingual)}.npz"
    known = _read_learned(path, corpus, multilingual)
    if known is None:
        known = learning.learn(corpus)
        if known is not None and known.multilingual == multilingual:
            _write_learned(path, known)
    return known


def thresholds(corpus: Corpus, wanted: Callable[[], bool]) -> Thresholds | None:
    """Return what `calibrate` finds for `corpus`, now or before; None once `wanted` says no."""
    if len(corpus.items) < FEWEST_ENTRIES:
        return calibrate(corpus, wanted)
    digest = digest_of(corpus, universal.is_used())
    known = _read_thresholds().get(digest)
    if known is None:
        known = calibrate(corpus, wanted)
        if known is not None:
            _write_thresholds(_read_thresholds() | {digest: known})
    return known


def digest_of(corpus: Corpus, multilingual: bool) -> str:
    """Return the SHA-256 of what is learned from, and of the code that learns."""
    digest = hashlib.sha256(_code())
    digest.update(bytes([multilingual]))
    for item in corpus.items:
        digest.update(repr((item.lang, item.texts)).encode())
    digest.update(corpus.embedded.tobytes())
    digest.update(corpus.vectors.tobytes())
    return digest.hexdigest()


@cache
def _code() -> bytes:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)


def _folder() -> Path:
    return Path(settings.MODELS_DIR)


def _read_learned(path: Path, corpus: Corpus, multilingual: bool) -> Learned | None:
    try:
        with np.load(path) as file:
            weights, *others = (file[name] for name in file.files)
        os.utime(path)
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return None
    words = WordFeatures(corpus.words)
    known = Learned(
        Classifier(weights),
        learning.classes_of(corpus),
        words,
        embedded=int(corpus.embedded.sum()),
        multilingual=multilingual,
    )
    if not others:
        return known
    return replace(known, likelihood=Likelihood(*others[1:]), each=OneVsRest(others[0]))


def _read_thresholds() -> dict[str, Thresholds]:
    try:
        content = (_folder() / "thresholds.json").read_bytes()
        return msgspec.json.decode(content, type=dict[str, Thresholds])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_learned(path: Path, known: Learned) -> None:
    arrays = [known.classifier.weights]
    if known.likelihood and known.each:  # a large FAQ has both, another neither
        arrays += [known.each.weights, *astuple(known.likelihood)]
    files.write(path, lambda file: np.savez(file, *arrays))
    with suppress(OSError):
        others = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in others[:-MOST_LEARNED]:
            old.unlink()


def _write_thresholds(known: dict[str, Thresholds]) -> None:
    content = msgspec.json.encode(dict(list(known.items())[-MOST:]))
    files.write(_folder() / "thresholds.json", lambda file: file.write(content))
