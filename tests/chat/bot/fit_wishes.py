"""Fits chat/bot/wish_head.json to the sentences that may be looked at, and says how all are judged.

    python -m tests.chat.bot.fit_wishes

The demo's wordings are sentences that ask for nobody, too. Where a sentence counts as a wish is
chosen by five folds, as wishes.asks_for_person judges: the lowest share at which 955 of 1,000 that
are heard were wishes, and no more than 3 of 1,000 wordings are heard. For what does not speak of a
person it is 85 of 100: that is rare, and only the head hears it. What is held out is not looked at.
"""

import json
import os
from collections import Counter
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    django.setup()

import numpy as np
from django.conf import settings

from chat.bot import wish_head, wishes
from chat.bot.wish_head import Head, Said
from faq.search.classifier import fit
from faq.search.embeddings import embed
from tests.chat.bot import test_rules as promised

SENTENCES = json.loads(Path(__file__).with_name("wishes.json").read_text())
SETS = {
    **SENTENCES,
    "all": {k: [t for s in SENTENCES.values() for t in s[k]] for k in ("asks", "others")},
}
LOOKED_AT = ("tuned_on", "held_back", "fresh", "later", "polite", "further")
LEAST_PRECISION = {"least": 0.955, "least_unnamed": 0.85}
MOST_FALSE = 0.003  # of the demo's wordings
DEMO = Path(settings.BASE_DIR) / "faq/demo"
FOLDS = 5
RARE = 2  # sentences: a phrase in fewer says nothing of the next one


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


def fitted(texts: list[str], vectors, wanted) -> Head:
    """A head for these sentences, their embeddings and which are wishes; where one counts as a
    wish is not chosen yet."""
    found = [wish_head.phrases(wishes.plain_words(text)) for text in texts]
    counts = Counter(phrase for one in found for phrase in one)
    known = sorted(phrase for phrase, count in counts.items() if count >= RARE)
    column = {phrase: number for number, phrase in enumerate(known)}
    said = np.zeros((len(texts), len(known)), np.float32)
    for row, one in zip(said, found, strict=True):
        row[[column[phrase] for phrase in one if phrase in column]] = wish_head.value(one)
    both = fit([vectors, said], wanted, 2).weights
    weights = both[:, 1] - both[:, 0]
    width = vectors.shape[1]
    return Head(
        np.append(weights[:width], weights[-1]),
        dict(zip(known, map(float, weights[width:-1]), strict=True)),
        least=0,
        least_unnamed=0,
    )


def cross_judged(texts: list[str], vectors, wanted) -> np.ndarray:
    """The odds of each text by a head that has not seen it [n, 2], the likeliest of what speaks of
    a person and of what does not; 1 where a pattern hears a wish."""
    folds = np.random.default_rng(1).integers(0, FOLDS, len(texts))
    heads = []
    for fold in range(FOLDS):
        others = folds != fold
        kept = [text for text, is_other in zip(texts, others, strict=True) if is_other]
        heads.append(fitted(kept, vectors[others], wanted[others]))
    odds = np.zeros((len(texts), 2))
    for row, text, fold in zip(odds, texts, folds, strict=True):
        seen: list[Said] = []
        if wishes.asks_for_person(text, lambda said, seen=seen: bool(seen.extend(said))):
            row[0] = 1
        for one in wish_head.long_enough(seen):
            place = 0 if one.is_named else 1
            odds_of_one = heads[fold].odds(embed([one.sentence]), [one.plain])
            row[place] = max(row[place], float(odds_of_one[0]))
    return odds


def least_of(odds: np.ndarray, wanted: np.ndarray, least_precision: float) -> float:
    """The lowest share at which what is heard is precise enough."""
    count = len(sentences())
    for least in np.arange(0.1, 1.0, 0.01):
        heard = odds >= least
        precision = wanted[:count][heard[:count]].mean()
        if precision >= least_precision and heard[count:].mean() <= MOST_FALSE:
            return round(float(least), 2)
    raise ValueError("no share is precise enough")


def main() -> None:
    texts, wanted = examples()
    vectors = embed(texts)
    odds = cross_judged(texts, vectors, wanted)
    least = {
        name: least_of(odds[:, place], wanted, precision)
        for place, (name, precision) in enumerate(LEAST_PRECISION.items())
    }
    head = fitted(texts, vectors, wanted)
    made = {
        "weights": [round(float(one), 4) for one in head.weights],
        "phrases": {phrase: round(one, 3) for phrase, one in head.phrases.items()},
    }
    wish_head.FILE.write_text(json.dumps({**least, **made}) + "\n")
    wish_head.head.cache_clear()
    heard = (odds >= list(least.values())).any(axis=1)[: len(sentences())]
    wish = wanted[: len(sentences())]
    recall, precision = heard[wish == 1].mean(), wish[heard].mean()
    print(f"{least}; by folds: recall {recall:.3f}, precision {precision:.3f}")
    for name, both in SETS.items():
        recall, precision, wrong = judged(both)
        number = sum(map(len, both.values()))
        print(f"{name}: {number} sentences, recall {recall:.3f}, precision {precision:.3f}")
        print(*(f"  {text}\n" for text in wrong), sep="", end="")
    heard = [text for text in wordings() if wishes.asks_for_person(text)]
    print(f"the demo's wordings: {len(wordings())}, of them heard:", *heard, sep="\n  ")


if __name__ == "__main__":
    main()
