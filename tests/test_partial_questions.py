"""bench/questions/partial.tsv: what its hundred questions ask for stands in the demo's entries."""

import csv
import json

from tests.settings import ROOT

with (ROOT / "bench/questions/partial.tsv").open() as file:
    ROWS = list(csv.DictReader(file, delimiter="\t"))
CATEGORIES = json.loads((ROOT / "faq/demo/helpdesk.json").read_text())["categories"]
ANSWERS = {entry["title"]: entry["answer"] for one in CATEGORIES for entry in one["entries"]}


def test_there_are_a_hundred_different_questions():
    assert len({row["question"] for row in ROWS}) == 100


def test_each_part_stands_word_for_word_in_its_entry():
    assert [row["part"] for row in ROWS if row["part"] not in ANSWERS[row["entry"]]] == []


def test_each_lacks_something():
    assert [row["question"] for row in ROWS if not row["missing"].strip()] == []
