"""Who asks for a person, and who only speaks of one: sentences written for this project.

What is held back was written before the patterns' last change and has changed none of them.
python -m tests.chat.bot.test_wishes   says how many are told apart, and which are not
"""

import json
from pathlib import Path

import pytest

from chat.bot.wishes import asks_for_person

SENTENCES = json.loads(Path(__file__).with_name("wishes.json").read_text())
SETS = {
    **SENTENCES,
    "all": {k: [t for s in SENTENCES.values() for t in s[k]] for k in ("asks", "others")},
}


def judged(sentences: dict[str, list[str]]) -> tuple[float, float, list[str]]:
    """Recall, precision, and what is judged wrongly."""
    missed = [text for text in sentences["asks"] if not asks_for_person(text)]
    wrong = [text for text in sentences["others"] if asks_for_person(text)]
    heard = len(sentences["asks"]) - len(missed)
    return heard / len(sentences["asks"]), heard / (heard + len(wrong)), missed + wrong


def test_there_are_enough_of_both_kinds():
    assert min(len(SETS["all"][kind]) for kind in ("asks", "others")) >= 180
    texts = [text for kind in ("asks", "others") for text in SETS["all"][kind]]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("which", "least"), [("tuned_on", 0.95), ("all", 0.90), ("held_back", 0.80)]
)
def test_wishes_are_told_from_mentions(which, least):
    recall, precision, wrong = judged(SETS[which])
    assert recall >= least, wrong
    assert precision >= 0.95, wrong


if __name__ == "__main__":
    for name, sentences in SETS.items():
        recall, precision, wrong = judged(sentences)
        number = sum(map(len, sentences.values()))
        print(
            f"{name}: {number} sentences, recall {recall:.3f}, precision {precision:.3f}",
            *wrong,
            sep="\n  ",
        )
