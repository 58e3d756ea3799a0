"""What is missing or wrong is said by setup.sh in one line, with what to do."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.patience import EVENTUALLY
from tests.services.ports import free_port
from tests.settings import ROOT

PYTHONS = ["python3", "python3.11", "python3.12", "python3.13", "python3.14"]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with this machine's programs, but no Python."""
    folder = tmp_path_factory.mktemp("programs")
    for source in ("/bin", "/usr/bin", "/usr/local/bin"):
        for program in Path(source).glob("*"):
            link = folder / program.name
            if program.name not in PYTHONS and not link.exists():
                link.symlink_to(program)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as setup.sh needs to get to the point."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("setup.sh", "requirements.txt", "manage.py"):
        shutil.copy2(ROOT / name, folder)
    return folder


def put(folder: Path, name: str, script: str) -> None:
    """Put a small shell program in the folder."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def refusal(clone: Path, path: list[Path] | None = None, **env: object) -> str:
    """The one line with which setup.sh refuses."""
    settings = {"HELPDESK_PORT": free_port(), "PYTHONPATH": ""} | env
    if path is not None:
        settings["PATH"] = ":".join(map(str, path))
    done = subprocess.run(
        [str(clone / "setup.sh")],
        env=os.environ | {name: str(value) for name, value in settings.items()} | _no_data(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * EVENTUALLY,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("setup.sh: ")
    return lines[0]


def _no_data(env: dict[str, object]) -> dict[str, str]:
    """setup.sh's default folder, unless the test names one."""
    return {} if "HELPDESK_DATA" in env else {"HELPDESK_DATA": ""}


def test_no_python(clone, programs):
    line = refusal(clone, [programs])
    assert "python3 is missing" in line
    assert "apt-get install python3 python3-venv" in line


def test_a_python_that_is_too_old(clone, programs, tmp_path):
    put(
        tmp_path / "bin", "python3", '[ "$1" != --version ] || { echo Python 3.9.2; exit; }; exit 1'
    )
    line = refusal(clone, [tmp_path / "bin", programs])
    assert "Python 3.11 or newer is needed" in line
    assert "Python 3.9.2" in line


def test_no_venv(clone, programs, tmp_path):
    put(
        tmp_path / "bin",
        "python3",
        f'case "$*" in *ensurepip*) exit 1 ;; esac; exec {sys.executable} "$@"',
    )
    assert "apt-get install python3-venv" in refusal(clone, [tmp_path / "bin", programs])


def test_a_port_that_is_taken(clone):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(clone, HELPDESK_PORT=port)
    assert f"port {port} is taken" in line
    assert f"HELPDESK_PORT={port + 1}" in line


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000 ", "999999999999"])
def test_a_port_that_is_none(clone, port):
    assert "must be a number from 1 to 65535" in refusal(clone, HELPDESK_PORT=port)


def test_a_demo_neither_wanted_nor_not(clone):
    assert "HELPDESK_DEMO must be 0 or 1" in refusal(clone, HELPDESK_DEMO="false")


def test_an_address_of_another_machine(clone):
    line = refusal(clone, HELPDESK_BIND="192.0.2.1")
    assert "HELPDESK_BIND must be an address of this machine" in line


def test_a_data_folder_that_cannot_be_written(clone, tmp_path):
    (tmp_path / "file").touch()
    line = refusal(clone, HELPDESK_DATA=tmp_path / "file" / "data")
    assert f"cannot write to {tmp_path}/file/data" in line
    assert "HELPDESK_DATA=" in line


def test_no_room_on_the_disk(clone, tmp_path):
    table = "Filesystem 1024-blocks Used Available Capacity Mounted-on"
    put(tmp_path / "bin", "df", f"echo '{table}'; echo '/dev/x 9999999 9487999 512000 95% /'")
    line = refusal(clone, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")
    assert "only 500 MiB are free" in line
    assert "3000 are needed" in line


def test_no_network(clone):
    nowhere = "http://127.0.0.1:9/simple"
    line = refusal(
        clone,
        PIP_INDEX_URL=nowhere,
        PIP_EXTRA_INDEX_URL="",
        PIP_FIND_LINKS="",
        PIP_CONFIG_FILE="/dev/null",
        PIP_RETRIES=0,
        PIP_NO_CACHE_DIR=1,
    )
    assert "no network" in line
    assert "run ./setup.sh again" in line


def test_an_unknown_command(clone):
    done = subprocess.run([clone / "setup.sh", "instal"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "there is no 'instal'" in done.stderr
