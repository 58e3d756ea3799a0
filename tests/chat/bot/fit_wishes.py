"""Fits chat/bot/wish_head.json to the sentences that may be looked at, and says how all are judged.

    python -m tests.chat.bot.fit_wishes

The demo's wordings are sentences that ask for nobody, too. Where a sentence counts as a wish is
chosen by five folds, as wishes.asks_for_person judges: the lowest share at which 96 of 100 that
are heard were wishes, and no more than 3 of 1,000 wordings are heard. What is held out is not
looked at.
"""

import json
import os
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    django.setup()

import numpy as np
from django.conf import settings

from chat.bot import wish_head, wishes
from chat.bot.wish_head import Head
from faq.search.classifier import fit
from faq.search.embeddings import embed
from tests.chat.bot import test_rules as promised

SENTENCES = json.loads(Path(__file__).with_name("wishes.json").read_text())
SETS = {
    **SENTENCES,
    "all": {k: [t for s in SENTENCES.values() for t in s[k]] for k in ("asks", "others")},
}
LOOKED_AT = ("tuned_on", "held_back", "fresh", "later")
LEAST_PRECISION = 0.96
MOST_FALSE = 0.003  # of the demo's wordings
DEMO = Path(settings.BASE_DIR) / "faq/demo"
FOLDS = 5


def sentences() -> list[tuple[str, int]]:
    """(sentence, 1 for a wish)."""
    kept = [(text, 1) for text in promised.lines(promised.ASKS_FOR_A_PERSON)]
    kept += [(text, 0) for text in promised.lines(promised.ASKS_FOR_NOBODY)]
    return kept + [
        (text, int(kind == "asks"))
        for name in LOOKED_AT
        for kind in ("asks", "others")
        for text in SENTENCES[name][kind]
    ]


def wordings() -> list[str]:
    """How the demo's entries are asked for."""
    files = sorted(DEMO.glob("*.json"))
    categories = [one for file in files for one in json.loads(file.read_text())["categories"]]
    entries = [entry for category in categories for entry in category["entries"]]
    return [text for entry in entries for text in (entry["title"], *entry["phrasings"])]


def examples() -> tuple[list[str], np.ndarray]:
    """All that the head is fitted to, and 1 for each wish."""
    texts, wanted = map(list, zip(*sentences(), strict=True))
    asked = [text for text in wordings() if not wishes.asks_for_person(text, lambda _: False)]
    return [*texts, *asked], np.array([*wanted, *[0] * len(asked)])


def judged(sentences: dict[str, list[str]]) -> tuple[float, float, list[str]]:
    """Recall, precision, and what is judged wrongly."""
    missed = [text for text in sentences["asks"] if not wishes.asks_for_person(text)]
    wrong = [text for text in sentences["others"] if wishes.asks_for_person(text)]
    heard = len(sentences["asks"]) - len(missed)
    return heard / len(sentences["asks"]), heard / (heard + len(wrong)), missed + wrong


def fitted(vectors, wanted) -> np.ndarray:
    """The weights [385] of a head on these embeddings."""
    weights = fit([vectors], wanted, 2).weights
    return weights[:, 1] - weights[:, 0]


def cross_judged(texts: list[str], vectors, wanted) -> list[float]:
    """The odds of each text by a head that has not seen it; 1 where a pattern hears a wish."""
    folds = np.random.default_rng(1).integers(0, FOLDS, len(texts))
    heads = [Head(fitted(vectors[folds != f], wanted[folds != f]), 0) for f in range(FOLDS)]
    odds = []
    for text, fold in zip(texts, folds, strict=True):
        seen: list[str] = []
        heard = wishes.asks_for_person(text, lambda asked, seen=seen: bool(seen.extend(asked)))
        asked = wish_head.long_enough(seen)
        odds.append(1.0 if heard else float(max(heads[fold].odds(embed(asked)))) if asked else 0.0)
    return odds


def least_of(odds: list[float], wanted) -> tuple[float, float, float]:
    """The chosen share, and recall and precision there, of the sentences."""
    count = len(sentences())
    for least in np.arange(0.1, 1.0, 0.01):
        heard = np.array(odds) >= least
        recall, precision = heard[wanted == 1].mean(), wanted[:count][heard[:count]].mean()
        if precision >= LEAST_PRECISION and heard[count:].mean() <= MOST_FALSE:
            return round(float(least), 2), float(recall), float(precision)
    raise ValueError("no share is precise enough")


def main() -> None:
    texts, wanted = examples()
    vectors = embed(texts)
    least, recall, precision = least_of(cross_judged(texts, vectors, wanted), wanted)
    weights = [round(float(one), 4) for one in fitted(vectors, wanted)]
    wish_head.FILE.write_text(json.dumps({"least": least, "weights": weights}) + "\n")
    wish_head.head.cache_clear()
    print(f"least {least}; by folds: recall {recall:.3f}, precision {precision:.3f}")
    for name, both in SETS.items():
        recall, precision, wrong = judged(both)
        number = sum(map(len, both.values()))
        print(f"{name}: {number} sentences, recall {recall:.3f}, precision {precision:.3f}")
        print(*(f"  {text}\n" for text in wrong), sep="", end="")
    heard = [text for text in wordings() if wishes.asks_for_person(text)]
    print(f"the demo's wordings: {len(wordings())}, of them heard:", *heard, sep="\n  ")


if __name__ == "__main__":
    main()
