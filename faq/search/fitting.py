"""Thresholds that were fitted before: neither a restart nor the next process fits them again.

They stand beside the models, by what they were fitted to. Where nothing can be written there,
every process fits its own.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
from django.conf import settings

from faq.search.calibrate import FEWEST_ENTRIES, calibrate
from faq.search.corpus import Corpus
from faq.search.learning import Thresholds

logger = logging.getLogger(__name__)

MOST = 200
Kept = dict[str, Thresholds]


def thresholds(corpus: Corpus, wanted: Callable[[], bool]) -> Thresholds | None:
    """Return what `calibrate` finds for `corpus`, now or before; None once `wanted` says no."""
    if len(corpus.items) < FEWEST_ENTRIES:
        return calibrate(corpus, wanted)
    digest = digest_of(corpus)
    known = _read().get(digest)
    if known is None:
        known = calibrate(corpus, wanted)
        if known is not None:
            _write(_read() | {digest: known})
    return known


def digest_of(corpus: Corpus) -> str:
    """Return the SHA-256 of what `calibrate` looks at, and of the code that does."""
    digest = hashlib.sha256(_code())
    for item in corpus.items:
        digest.update(repr((item.lang, item.texts)).encode())
    digest.update(corpus.embedded.tobytes())
    digest.update(corpus.vectors.tobytes())
    return digest.hexdigest()


@cache
def _code() -> bytes:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)


def _path() -> Path:
    return Path(settings.MODELS_DIR) / "thresholds.json"


def _read() -> Kept:
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return {}


def _write(kept: Kept) -> None:
    newest = dict(list(kept.items())[-MOST:])
    try:
        handle, draft = tempfile.mkstemp(dir=_path().parent, prefix=".thresholds-")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(newest))
        os.replace(draft, _path())
    except OSError as error:
        logger.info("Thresholds not kept, to be fitted again: %s", error)
