"""What ./setup.sh fetches beside the desk, with a Python that only writes down what it is asked."""

import subprocess
from pathlib import Path

import pytest

from tests.settings import ROOT

# Nothing is installed: what asks for a package (-c) fails. MODEL is how fetching a model ends.
PYTHON = """#!/bin/sh
echo "$@" >>"$ASKED"
case $1 in -c) exit 1 ;; manage.py) exit "$MODEL" ;; esac
"""


@pytest.mark.parametrize("model", [0, 1], ids=["the models are had", "no model is to be had"])
@pytest.mark.parametrize("wanted", ["embedded", "none"])
def test_the_reader_of_pictures_is_installed_too(wanted: str, model: int, tmp_path: Path):
    python, asked = tmp_path / "python", tmp_path / "asked"
    python.write_text(PYTHON)
    python.chmod(0o700)
    functions = (ROOT / "setup.sh").read_text().removesuffix('main "$@"\n')
    script = f"{functions}\nPYTHON={python} VENV={tmp_path}\nfetch_models {wanted}\n"
    subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin", "ASKED": str(asked), "MODEL": str(model)},
        check=True,
        timeout=60,
    )
    lines = asked.read_text().splitlines()
    assert lines[-1].endswith("-r requirements-ocr.txt")
    assert sum(line == "manage.py fetch_models" for line in lines) == (1 if wanted == "none" else 2)
