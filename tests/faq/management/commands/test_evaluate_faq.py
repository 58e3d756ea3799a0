import json

import pytest
from django.core.management import CommandError, call_command

DATASET = {
    "train": [["on the wifi", "wifi"], ["wireless", "wifi"], ["vpn", "vpn"], ["tunnel", "vpn"]],
    "test": [["how do i get on the wifi", "wifi"]],
    "oos_test": ["what is the weather on mars"],
    "name": "other keys are let be",
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "set.json"
    path.write_text(json.dumps(DATASET))
    return path


def test_prints_one_json_object_and_touches_no_database(model, file, capsys):
    call_command("evaluate_faq", str(file), "--json", "--engine", "embedded")
    figures = json.loads(capsys.readouterr().out)
    assert figures["accuracy_at_1"] == figures["oos_recall"] == 1
    assert figures["engine"] == "embedded"


def test_prints_a_table(model, file, capsys):
    call_command("evaluate_faq", str(file))
    lines = capsys.readouterr().out.splitlines()
    assert "accuracy_at_1      1.0000" in lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"train": [["a"]], "test": []}', "train"),
        ('{"test": [["a", "b"]]}', "train"),
        ("no json", "malformed"),
        ('{"train": [], "test": []}', "length"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path, text, said):
    (tmp_path / "set.json").write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("evaluate_faq", str(tmp_path / "set.json"))


def test_without_the_model_it_says_how_to_get_it(no_model, file):
    with pytest.raises(CommandError, match="fetch_models"):
        call_command("evaluate_faq", str(file))


def test_an_unknown_engine_is_refused(file):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("evaluate_faq", str(file), "--engine", "oracle")
