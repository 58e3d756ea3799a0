"""Parts of ./setup.sh, with a Python that only writes down what it is asked."""

import subprocess
import sys
from pathlib import Path

import pytest

from faq.search.model_files import SEARCH
from tests.services.ports import free_port
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


@pytest.mark.parametrize("made", [{"all", "universal"}, {"universal"}, {"all"}])
def test_a_model_of_an_earlier_version_is_prepared(made: set[str], tmp_path: Path):
    """Its published files are there, and not what the search computes with."""
    python, asked = tmp_path / "python", tmp_path / "asked"
    python.write_text(PYTHON)
    python.chmod(0o700)
    asked.touch()
    for model in SEARCH:
        folder = tmp_path / "models" / model.name
        folder.mkdir(parents=True)
        for name in [*model.sha256, *(model.made if model.name.split("-")[0] in made else [])]:
            (folder / name).touch()
    functions = (ROOT / "setup.sh").read_text().removesuffix('main "$@"\n')
    script = (
        f"{functions}\nPYTHON={python} VENV={tmp_path} FETCH_LOG={tmp_path}/log\n"
        "reading_is_settled() { true; }\nfetch_models_beside_us; wait ${FETCH_JOB:-}\n"
    )
    environment = {"HELPDESK_DATA": str(tmp_path), "HELPDESK_LANGUAGE_MODEL": "none"}
    subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin", "ASKED": str(asked), "MODEL": "0", **environment},
        check=True,
        timeout=60,
    )
    assert ("manage.py fetch_models" in asked.read_text()) is not (len(made) == 2)


def test_a_language_model_on_a_server_brings_no_torch(tmp_path: Path):
    python, asked = tmp_path / "python", tmp_path / "asked"
    python.write_text(PYTHON)
    python.chmod(0o700)
    functions = (ROOT / "setup.sh").read_text().removesuffix('main "$@"\n')
    script = (
        f"{functions}\nPYTHON={python} VENV={tmp_path} FETCH_LOG={tmp_path}/log\n"
        'fetch_models_beside_us; wait "$FETCH_JOB"\n'
    )
    subprocess.run(
        ["bash", "-c", script],
        env={
            "PATH": "/usr/bin:/bin",
            "ASKED": str(asked),
            "MODEL": "0",
            "HELPDESK_DATA": str(tmp_path),
            "HELPDESK_LANGUAGE_MODEL": "some-model",
            "HELPDESK_LANGUAGE_MODEL_URL": "https://models.example/v1",
        },
        check=True,
        timeout=60,
    )
    assert "manage.py fetch_models" in asked.read_text()
    assert "torch" not in asked.read_text()


@pytest.mark.parametrize(
    ("before", "said_now", "told"),
    [
        (
            "what the first one has written",
            "CommandError: Process 7 serves this SQLite database.",
            "Process 7 serves this SQLite database.",
        ),
        ("CommandError: Process 7 serves this SQLite database.", "", "without a word"),
        ("CommandError: Process 7 serves.", "Bad address", "the lines above say why"),
    ],
)
def test_a_server_that_says_why_it_does_not_start_is_quoted(
    before: str, said_now: str, told: str, tmp_path: Path
):
    python, log = tmp_path / "python", tmp_path / "server.log"
    python.write_text(
        f'#!/bin/sh\ncase $1 in manage.py) ;; *) exec {sys.executable} "$@" ;; esac\n'
        f"printf '%s' '{said_now}' >&2; exit 1\n"
    )
    python.chmod(0o700)
    functions = (ROOT / "setup.sh").read_text().removesuffix('main "$@"\n')
    script = (
        f"{functions}\nPYTHON={python} SERVER_LOG={log} PORT={free_port()}\n"
        "wait_for_search_model() { :; }\nserve\n"
    )
    log.write_text(f"{before}\n")
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]
    assert before not in done.stderr
    assert said_now.removeprefix("CommandError: ") in done.stderr
