"""Corpora without a database: entries by their wordings, with the model's embeddings or none."""

import numpy as np

from faq.search import embeddings
from faq.search.corpus import Corpus, Item
from faq.search.quantized import Quantized

WORDINGS = {
    "Connect to Wi-Fi": ["how do i get on wifi", "wireless network on my laptop"],
    "Set up the VPN": ["work from home on the campus network", "vpn client"],
    "Reset a password": ["i forgot my password", "lost password"],
    "Change a password": ["my password expires soon", "new password"],
    "Borrow a laptop": ["can i get a loan laptop", "laptop for a week"],
}


def items(wordings: dict[str, list[str]] = WORDINGS) -> list[Item]:
    return [
        Item.of(number, [title, *texts], title=title, answer=f"About {title}", category="it")
        for number, (title, texts) in enumerate(wordings.items())
    ]


def corpus(wordings: dict[str, list[str]] = WORDINGS) -> Corpus:
    """A corpus with the model's embeddings."""
    return Corpus.build(items(wordings), lambda texts: list(embeddings.embed(texts)))


def words_only(wordings: dict[str, list[str]] = WORDINGS) -> Corpus:
    return Corpus.build(items(wordings), lambda texts: [None] * len(texts))


def many(entries: int, phrasings: int = 5, noise: float = 0.6) -> Corpus:
    """Made-up entries: words of their own, vectors scattered round a centre each."""
    random = np.random.default_rng(7)
    made = [
        Item.of(i, [f"topic{i} aspect{j} question" for j in range(phrasings)])
        for i in range(entries)
    ]
    centres = random.normal(size=(entries, 384))
    rows = np.repeat(centres, phrasings, axis=0)
    rows += noise * random.normal(size=rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Corpus(made, Quantized.of(rows.astype(np.float32)), np.ones(len(rows), bool))
