"""bench/pages.py runs, and says what it promises to say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.process import program

PAGES = Path(__file__).parents[1] / "bench" / "pages.py"


@pytest.mark.slow
@pytest.mark.server
def test_a_short_run_writes_its_figures(tmp_path):
    program("postgres", "postgresql")
    file = tmp_path / "pages.json"
    options = ["--messages", "120", "--times", "3", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, str(PAGES), *options], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]  # three times are no measurement
    figures = json.loads(file.read_text())
    assert (figures["messages"], figures["last_page"]) == (120, 3)
    assert figures["ratio"] > 0
    assert "page 3 of 120 messages" in done.stdout
