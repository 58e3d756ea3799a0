"""The classifier: a text's meaning and its words that carry a feeling -> three probabilities.

Fitted when first needed (a second) to the examples beside this file, which were written for this
project; measured on a public set by bench/sentiment.py.
"""

import threading
from pathlib import Path

import numpy as np

from chat.sentiment import lexicon
from chat.sentiment.lexicon import Floats
from faq.search.classifier import Classifier, fit
from faq.search.embeddings import ModelMissing, embed, surface

EXAMPLES = Path(__file__).parent / "examples.txt"
LABELS = ("negative", "neutral", "positive")
MARKS = {"-": 0, "0": 1, "+": 2}
_fitting = threading.Lock()
_fitted: dict[bool, Classifier] = {}


def probabilities(text: str) -> Floats:
    """Return [3], in the order of LABELS. Without the embedding model by the words alone."""
    known, has_model = _features([text])
    return _classifier(has_model).probabilities(known)[0]


def examples() -> list[tuple[str, int]]:
    """Return (text, place of its label) of each example."""
    lines = EXAMPLES.read_text().splitlines()
    return [(line[2:], MARKS[line[0]]) for line in lines if line[:1] in MARKS]


def _classifier(has_model: bool) -> Classifier:
    with _fitting:
        if has_model not in _fitted:
            texts, labels = zip(*examples(), strict=True)
            known = _features(list(texts), has_model)[0]
            _fitted[has_model] = fit([known], np.array(labels), len(LABELS))
        return _fitted[has_model]


def _features(texts: list[str], with_model: bool = True) -> tuple[Floats, bool]:
    words = np.array([lexicon.features(text) for text in texts])
    if not with_model:
        return words, False
    try:
        return np.concatenate([embed(texts), surface(texts), words], axis=1), True
    except ModelMissing:
        return words, False
