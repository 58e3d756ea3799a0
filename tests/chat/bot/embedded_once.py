"""The embeddings by which wishes are judged, computed once for all tests that judge the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chat.bot import wish_head, wishes
from chat.bot.wish_head import Said
from faq.search import embeddings
from tests.chat.bot import fit_wishes


@dataclass
class EmbeddedOnce:
    """`embeddings.embed`, which computes a text's embedding once."""

    known: dict[str, embeddings.Matrix] = field(default_factory=dict)

    def __call__(self, texts: Sequence[str]) -> embeddings.Matrix:
        missing = [text for text in dict.fromkeys(texts) if text not in self.known]
        if missing:
            self.known |= zip(missing, embeddings.embed(missing), strict=True)
        return np.stack([self.known[text] for text in texts])


def judged() -> list[str]:
    """What the head is asked of the sentences of wishes.json and of the demo's wordings."""
    found: list[str] = []

    def hear(said: Sequence[Said]) -> bool:
        found.extend(one.sentence for one in wish_head.long_enough(said))
        return False

    sentences = fit_wishes.SETS["all"]
    for text in (*sentences["asks"], *sentences["others"], *fit_wishes.wordings()):
        wishes.asks_for_person(text, hear)
    return found
