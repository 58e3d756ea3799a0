"""Where a wording's embedding comes from: the table that keeps them, or the model."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from django.db import DatabaseError, transaction

from faq.models import Embedding
from faq.search import embeddings

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
# Below what the databases take as parameters of one query.
AT_ONCE = 500


def kept(texts: Sequence[str]) -> dict[str, Floats]:
    """Return the embeddings that the table has for `texts`, float32 [384] each."""
    by_digest = {Embedding.digest_of(text): text for text in texts}
    digests = list(by_digest)
    found = {}
    for start in range(0, len(digests), AT_ONCE):
        rows = Embedding.objects.filter(digest__in=digests[start : start + AT_ONCE])
        for digest, vector in rows.values_list("digest", "vector"):
            found[by_digest[digest]] = np.frombuffer(vector, np.float32)
    return found


def compute(texts: Sequence[str]) -> dict[str, Floats]:
    """Return the model's embeddings of `texts`; without the model none."""
    try:
        return dict(zip(texts, embeddings.embed(texts), strict=True))
    except embeddings.ModelMissing:
        return {}


def keep(vectors: Mapping[str, Floats]) -> None:
    """Store embeddings for all processes. A failure costs time later, hence only a warning."""
    rows = [
        Embedding(digest=Embedding.digest_of(text), vector=np.float32(vector).tobytes())
        for text, vector in vectors.items()
    ]
    try:
        # A savepoint where the caller is in a transaction, which must survive a failure.
        with transaction.atomic():
            Embedding.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    except DatabaseError as error:
        logger.warning("Embeddings not stored, to be computed again: %s", error)


def warm(texts: Sequence[str]) -> int:
    """Compute and store what the table lacks of `texts`, without the model nothing; return
    how many were computed."""
    stored = kept(texts)
    missing = [text for text in dict.fromkeys(texts) if text not in stored]
    computed = 0
    for start in range(0, len(missing), AT_ONCE):
        fresh = compute(missing[start : start + AT_ONCE])
        keep(fresh)
        computed += len(fresh)
    return computed


def prune(texts: Sequence[str]) -> None:
    """Drop what no wording among `texts` needs, once it is more than they need."""
    if Embedding.objects.count() <= 2 * len(texts) + AT_ONCE:
        return
    needed = {Embedding.digest_of(text) for text in texts}
    unused = list(set(Embedding.objects.values_list("digest", flat=True)) - needed)
    for start in range(0, len(unused), AT_ONCE):
        Embedding.objects.filter(digest__in=unused[start : start + AT_ONCE]).delete()
