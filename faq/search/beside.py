"""What the classifiers see of a text beside its embedding: which words there are, and what the
multilingual encoder makes of them together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from faq.search import embeddings, universal
from faq.search.embeddings import Matrix

DIMENSIONS = embeddings.DIMENSIONS + universal.DIMENSIONS
# The longer it is the more it counts: at 1 small FAQs answered more near misses.
ENCODER = np.float32(0.7)


def beside(texts: Sequence[str]) -> Matrix:
    """Return for each text its surface, of length one, and its embedding by the multilingual
    encoder, of length ENCODER, float32 [len(texts), 896]; zeros where there is no such model."""
    surfaces = np.zeros((len(texts), embeddings.DIMENSIONS), np.float32)
    with suppress(embeddings.ModelMissing):
        surfaces = embeddings.surface(texts)
    return np.concatenate([surfaces, ENCODER * universal.encode(texts)], axis=1)
