"""Public development questions with their intents, for what is measured.

Files `<name>.json` with "train": [[question, intent], …]. They are looked for in the folder that
HELPDESK_TEST_INTENTS names, and in ../shared/data/intents beside the clone. Where there are none,
what needs them is skipped by name, also in CI: they are too large to be part of the repository.
"""

import json
import os
import random
from pathlib import Path

import pytest

from tests.settings import ROOT

FOLDER = Path(os.environ.get("HELPDESK_TEST_INTENTS", ROOT.parent / "shared/data/intents"))
NONE = ("oos", "NO_NODES_DETECTED")  # what belongs to no intent


def sample(name: str, intents: int, each: int, seed: int = 1) -> tuple[list[str], list[str]]:
    """So many questions of so many intents, in any order, and the intent of each."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"not to be had: {name}: HELPDESK_TEST_INTENTS names no folder with it")
    questions: dict[str, list[str]] = {}
    for question, intent in json.loads(path.read_text())["train"]:
        questions.setdefault(intent, []).append(question)
    enough = sorted(one for one, asked in questions.items() if len(asked) >= each)
    chance = random.Random(seed)
    chosen = chance.sample([one for one in enough if one not in NONE], intents)
    pairs = [(asked, one) for one in chosen for asked in chance.sample(questions[one], each)]
    chance.shuffle(pairs)
    return [asked for asked, _ in pairs], [one for _, one in pairs]
