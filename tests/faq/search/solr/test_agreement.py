"""Both engines give the same figures on the same questions."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from faq.management.commands.evaluate_faq import read
from faq.search.evaluation import Dataset, evaluate
from tests.faq.search.test_evaluation import demo_dataset
from tests.settings import ROOT

# A figure -> the questions that it is a share of.
QUESTIONS = {
    "accuracy_at_1": "test",
    "accuracy_at_3": "test",
    "in_scope_accuracy": "test",
    "oos_recall": "oos_test",
}
POINTS = 0.005


def intents(name: str) -> Dataset:
    """A development set in the folder that TEST_INTENTS names, or in ../shared/data/intents."""
    folder = Path(os.environ.get("TEST_INTENTS", ROOT.parent / "shared" / "data" / "intents"))
    path = folder / f"{name}_dev.json"
    if not path.is_file():
        pytest.skip(f"not to be had: {path.name}: it is not in {folder}")
    return read(path)


def assert_agreement(dataset: Dataset) -> None:
    """Both engines' figures are the same within half a point, or two questions."""
    embedded, solr = evaluate(dataset), evaluate(dataset, "solr")
    assert (embedded["engine"], solr["engine"]) == ("embedded", "solr")
    for name, asked in QUESTIONS.items():
        questions = getattr(dataset, asked)
        tolerance = max(POINTS, 2 / len(questions))
        assert solr[name] == pytest.approx(embedded[name], abs=tolerance + 1e-9), name


def test_on_the_demo(model, link):
    assert_agreement(demo_dataset())


@pytest.mark.parametrize(
    "name",
    [
        "hint3_sofmattress",
        pytest.param("hint3_curekart", marks=pytest.mark.long),
        pytest.param("hint3_powerplay11", marks=pytest.mark.long),
    ],
)
def test_on_a_public_set(model, link, name):
    assert_agreement(intents(name))


def test_the_command_asks_solr_alone_and_leaves_nothing_behind(model, link, tmp_path, capsys):
    path = tmp_path / "set.json"
    path.write_text(
        json.dumps({"train": [["on the wifi", "wifi"], ["vpn", "vpn"]], "test": [["wifi", "wifi"]]})
    )
    call_command("evaluate_faq", str(path), "--engine", "solr", "--json")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["engine"], figures["accuracy_at_1"]) == ("solr", 1)
    cores = link.client.admin("cores", "STATUS")["status"]
    assert [name for name in cores if name.startswith(f"{link.index}_")] == []


def test_without_solr_the_command_says_so_and_lets_nobody_answer_instead(model, tmp_path, settings):
    settings.SOLR_URL = "http://127.0.0.1:9/solr/faq"
    path = tmp_path / "set.json"
    path.write_text('{"train": [["a b", "x"], ["c d", "y"]], "test": [["a", "x"]]}')
    with pytest.raises(CommandError, match="no connection"):
        call_command("evaluate_faq", str(path), "--engine", "solr")
