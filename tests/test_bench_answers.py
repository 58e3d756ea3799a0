"""bench/answers.py runs and says what it promises to say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.solr import script

BENCH = Path(__file__).parents[1] / "bench"
ANSWERS = BENCH / "answers.py"
TIMES = {"p50_ms", "p95_ms", "cpu_p50_ms", "cpu_p95_ms"}


@pytest.mark.long
@pytest.mark.server
@pytest.mark.timeout(400)
def test_a_short_run_writes_its_figures(models, tmp_path):
    script()
    file = tmp_path / "answers.json"
    options = ["--questions", "5", "--sizes", "40", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, str(ANSWERS), *options], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "40 embedded, whole" in done.stdout
    report = json.loads(file.read_text())
    assert report["conditions"]["processors"] == os.cpu_count()
    figures = report["sizes"]["40"]
    assert set(figures["embedded"]["whole"]) == TIMES
    assert set(figures["solr"]["bare"]) == TIMES
    assert figures["solr"]["whole"]["cpu_p50_ms"] > figures["solr"]["embedding"]["cpu_p50_ms"] / 2
    assert figures["embedded"]["memory_mib"] > 50
    assert figures["solr"]["server_memory_mib"] > 50
    again = subprocess.run(
        [sys.executable, str(ANSWERS), "--table", str(file)], capture_output=True, text=True
    )
    whole = figures["embedded"]["whole"]
    assert f"| 40 | embedded | whole | {whole['p50_ms']:.2f} |" in again.stdout
    assert f"| {figures['solr']['server_memory_mib']:.0f} |" in again.stdout


def test_the_quality_of_a_set_is_written_and_shown(models, tmp_path):
    entries = {"wifi": "connect to the wifi", "vpn": "set up the vpn"}
    train = [[text, label] for label, text in entries.items()]
    data, file = tmp_path / "small.json", tmp_path / "quality.json"
    data.write_text(json.dumps({"train": train, "test": [["wifi please", "wifi"]]}))
    quality = [sys.executable, str(BENCH / "answer_quality.py")]
    options = ["--engines", "embedded", "--json", str(file), "--kept", str(tmp_path)]
    for _ in range(2):
        done = subprocess.run([*quality, str(data), *options], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "small.npz").is_file()
    figures = json.loads(file.read_text())["small"]["engines"]["embedded"]
    assert figures["accuracy_at_1"] == 1
    shown = subprocess.run([*quality, "--table", str(file)], capture_output=True, text=True)
    assert "| small | embedded | 1.0000 |" in shown.stdout
