"""What the second try of a test is, and that it is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.settings import ROOT

TESTS = """
import pytest

starts = []

@pytest.fixture(scope="module")
def server():
    starts.append(1)
    return len(starts)

@pytest.mark.server
def test_fails_once(server):
    assert server == 2, "the first server is broken"

@pytest.mark.server
def test_comes_after(server):
    assert server == 2

@pytest.mark.server
def test_fails_always(server):
    assert False, "wrong whenever it is tried"

def test_without_a_server():
    starts.append("tried")
    assert starts.count("tried") == 2
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs TESTS; what pytest printed."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = server\n")
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "pytest", "-c", "pytest.ini", "-ra"]
        command += ["-p", "xdist", "-p", "tests.services.again", *arguments]
        return subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True).stdout

    return run


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_what_fails_once_is_tried_once_more_with_new_servers_and_told(run, monkeypatch, workers):
    monkeypatch.setenv("TEST_AGAIN", "1")
    output = run(*workers)
    assert "RERUN test_it.py::test_fails_once" in output
    assert "the first server is broken" in output
    assert "RERUN test_it.py::test_fails_always" in output
    assert "FAILED test_it.py::test_fails_always" in output
    assert "FAILED test_it.py::test_without_a_server" in output
    assert "2 failed, 2 passed, 2 rerun" in output.splitlines()[-1]


def test_elsewhere_nothing_is_tried_again(run, monkeypatch):
    monkeypatch.delenv("TEST_AGAIN", raising=False)
    assert "4 failed in" in run().splitlines()[-1]
