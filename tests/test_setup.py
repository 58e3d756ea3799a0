"""./setup.sh as somebody runs it: first, again, after an upgrade, and how it ends."""

import contextlib
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.services.patience import within
from tests.services.ports import free_port
from tests.services.process import Process, program
from tests.services.server import environment, manage
from tests.services.ws import logged_in, visitor
from tests.settings import ROOT

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

# Seconds, on a machine that has other things to do; on an idle one it takes three.
QUICK = 20


class Setup(Process):
    """A run of ./setup.sh with this data folder; `start` waits for its Ready."""

    def __init__(self, data: Path, root: Path = ROOT, **settings: object) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sockets = f"ws://127.0.0.1:{self.port}"
        env = environment(data, **{"port": self.port, "demo_password": ""} | settings)
        log = data.parent / f"setup-{self.port}.log"
        super().__init__([str(root / "setup.sh")], log, env=env, cwd=data.parent)

    def start(self) -> None:
        started = time.monotonic()
        super().start()
        self.wait_until(lambda: "Ready: " in self.log, seconds=400)
        self.seconds = time.monotonic() - started


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone of what is committed."""
    folder = tmp_path_factory.mktemp("first-run") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def first_run(clone: Path) -> Iterator[Setup]:
    """The desk of that clone after its first ./setup.sh, which still serves.

    pip finds what it is to install in the tests' own environment, and the models are where the
    tests have theirs; all else is done as on a machine of its own.
    """
    setup = Setup(clone / "var", root=clone, language_model="embedded")
    setup.log_path = clone.parent / "setup.log"
    setup.env["PYTHONPATH"] = sysconfig.get_path("purelib")
    setup.env.pop("VIRTUAL_ENV", None)
    setup.start()
    yield setup
    setup.stop()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty place for a desk."""
    return tmp_path / "data"


@pytest.fixture
def static(first_run: Setup, data: Path) -> None:
    """The static files of another desk in that place: to collect them is not what is tested."""
    shutil.copytree(first_run.data / "static", data / "static")


@pytest.fixture
def data_of_before(first_run: Setup, data: Path) -> Path:
    """The data of a desk that was set up before, with a message in it, for the test alone."""
    with visitor(first_run, "before").chat() as chat:
        chat.receive("message", client_id=chat.say("thanks"))
    shutil.copytree(first_run.data, data, ignore=shutil.ignore_patterns("*.sqlite3*"))
    with (
        contextlib.closing(sqlite3.connect(first_run.data / "helpdesk.sqlite3")) as source,
        contextlib.closing(sqlite3.connect(data / "helpdesk.sqlite3")) as copy,
    ):
        source.backup(copy)
    return data


@pytest.fixture
def set_up(data_of_before: Path) -> Iterator[Setup]:
    """A desk of the test's own that was set up before and serves again."""
    setup = Setup(data_of_before)
    setup.start()
    yield setup
    setup.stop()


def processes_of(data: Path) -> list[str]:
    """The commands of the processes whose environment names this data folder (on Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"HELPDESK_DATA={data}\0".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_the_first_run_ends_with_ready_and_serves(first_run, clone):
    assert "Virtual environment: done" in first_run.log
    assert "Python packages: done" in first_run.log
    assert first_run.log.splitlines()[-1] == f"Ready: {first_run.url}/"
    passwords = dict(re.findall(r"^Demo account (\w+): password (\S+)$", first_run.log, re.M))
    assert set(passwords) == {"agent", "agent2", "admin"}
    for username, password in passwords.items():
        logged_in(first_run, username, password)
        assert password not in (first_run.data / "setup.log").read_text()
    with visitor(first_run).chat() as chat:
        chat.say("How do I connect to the Wi-Fi?")
        assert "source" in chat.receive("message", sender="bot")
    status = ["git", "-C", str(clone), "status", "--porcelain"]
    assert subprocess.check_output(status, text=True) == ""


def test_the_second_run_is_quick_and_loses_nothing(set_up):
    alice = visitor(set_up)
    with alice.chat() as chat:
        chat.say("thanks")
        chat.receive("message", sender="bot")
    set_up.stop()
    again = Setup(set_up.data)
    again.start()
    try:
        assert again.seconds < within(QUICK)
        assert "done in" not in again.log
        assert "password" not in again.log
        with alice.at(again).chat() as chat:
            messages = [message["sender"] for message in chat.history["messages"]]
            assert messages == ["customer", "bot"]
    finally:
        again.stop()
    assert not list(set_up.data.glob("*.before-*"))


def test_an_upgrade_saves_a_copy_of_the_database_first(data_of_before, data):
    manage(environment(data), "migrate", "sessions", "zero")
    upgraded = Setup(data)
    upgraded.start()
    upgraded.stop()
    (copy,) = data.glob("helpdesk.sqlite3.before-*")
    assert str(copy) in upgraded.log
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert ("thanks",) in database.execute("SELECT body FROM chat_message").fetchall()


def test_an_upgrade_on_postgresql_saves_a_copy_first(
    data_of_before, data, postgres, demo_on_postgres
):
    url = postgres.create("to_be_upgraded", demo_on_postgres)
    manage(environment(data, database_url=url), "migrate", "sessions", "zero")
    upgraded = Setup(data, database_url=url)
    upgraded.start()
    upgraded.stop()
    (copy,) = data.glob("database.before-*")
    assert str(copy) in upgraded.log
    assert copy.stat().st_mode & 0o077 == 0
    tables = subprocess.check_output([program("pg_restore"), "--list", copy], text=True)
    assert "TABLE DATA public chat_message" in tables
    assert "django_session" not in tables


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_it_in_order(number, set_up, data):
    with visitor(set_up).chat() as chat:
        assert set_up.stop(number) == 0
        assert chat.close_code() == 1012
    assert not processes_of(data)
    with pytest.raises(httpx.ConnectError):
        httpx.get(set_up.url)


def test_control_c_at_a_terminal_stops_it_too(data_of_before):
    port = free_port()
    env = environment(data_of_before, port=port)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvpe("./setup.sh", ["./setup.sh"], env)
    said = b""
    while b"Ready: " not in said:
        said += os.read(terminal, 65536)
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert not processes_of(data_of_before)


def test_interrupted_while_it_sets_up(data, static):
    setup = Setup(data)
    Process.start(setup)
    setup.wait_until(lambda: (data / "helpdesk.sqlite3").exists())
    assert setup.stop() == 143
    assert not processes_of(data)
    setup.start()
    assert setup.stop() == 0


def test_without_the_demo_it_says_how_to_make_an_admin(data, static):
    setup = Setup(data, demo=0)
    setup.start()
    setup.stop()
    assert "createsuperuser" in setup.log
    weak = Setup(data, demo=0, admin_password="abc")
    done = subprocess.run(weak.command, env=weak.env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "HELPDESK_ADMIN_PASSWORD will not do: This password is too short" in done.stderr
    named = Setup(data, demo=0, admin_password="a-first-password")
    named.start()
    try:
        logged_in(named, "admin", "a-first-password")
    finally:
        named.stop()
    assert "createsuperuser" not in named.log


def test_models_that_cannot_be_had_do_not_keep_it_from_serving(data_of_before, tmp_path):
    nowhere = "http://127.0.0.1:9/simple"
    setup = Setup(data_of_before, models=tmp_path / "models")
    setup.env |= {"PIP_INDEX_URL": nowhere, "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    setup.env |= {"PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    setup.start()
    try:
        assert "finds by words" in setup.log
        with visitor(setup).chat() as chat:
            chat.say("wifi")
            chat.receive("message", sender="bot")
    finally:
        setup.stop()


def test_a_server_that_does_not_start_is_told(data):
    setup = Setup(data, messages_a_minute="many")
    done = subprocess.run(setup.command, env=setup.env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "HELPDESK_MESSAGES_A_MINUTE" in done.stderr
