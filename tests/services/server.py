"""The desk as a process of its own: what a test talks to over HTTP and WebSocket."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx

from tests.services.patience import EVENTUALLY
from tests.services.ports import free_port
from tests.services.process import Process
from tests.settings import ROOT

# Known in the tests, random in a real installation.
PASSWORD = "a-password-for-the-tests"

LAUNCHERS = {
    "serve": ["manage.py", "serve"],
    "runserver": ["manage.py", "runserver", "--noreload", "127.0.0.1:{port}"],
    "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", "helpdesk.asgi:application"],
}


def environment(data: Path, **settings: object) -> dict[str, str]:
    """The environment of one desk: nothing of the caller's HELPDESK_* but the models.

    `settings` are given without their prefix and in small letters: messages_a_minute=5.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HELPDESK_", "DJANGO_", "TEST_", "PYTEST_"))
    }
    own = {"data": data, "demo_password": PASSWORD, "language_model": "none"} | settings
    return inherited | {
        "PYTHONUNBUFFERED": "1",
        "HELPDESK_MODELS": os.environ["HELPDESK_MODELS"],
        **{f"HELPDESK_{name.upper()}": str(value) for name, value in own.items()},
    }


def manage(env: dict[str, str], *arguments: str, check: bool = True) -> str:
    """Run manage.py with these arguments; what it printed. RuntimeError where it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=env,
        cwd=ROOT,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if check and done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.returncode}\n{done.stdout}")
    return done.stdout


class Desk:
    """One installation: a data folder and a database, served by any number of servers.

    `settings` as in `environment`.
    """

    def __init__(self, data: Path, **settings: object) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.settings = data, settings
        self.servers: list[Process] = []

    @property
    def env(self) -> dict[str, str]:
        return environment(self.data, **self.settings)

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run manage.py in this installation; what it printed."""
        return manage(self.env, *arguments, check=check)

    def server(self, launcher: str = "serve", *arguments: str, **settings: object) -> "Server":
        """Start one more web server of this installation, and wait until it answers."""
        server = Server(self, launcher, *arguments, **settings)
        self.servers.append(server)
        server.start()
        return server

    def bot(self, **settings: object) -> Process:
        """Start a bot worker outside the web processes (`manage.py runbot`)."""
        worker = Process(
            [sys.executable, "manage.py", "runbot"],
            log=self.data / f"runbot-{len(self.servers)}.log",
            env=environment(self.data, **self.settings | settings),
            cwd=ROOT,
        )
        self.servers.append(worker)
        worker.start()
        return worker

    def close(self) -> None:
        for server in self.servers:
            server.resume()
            server.stop()


class Server(Process):
    """One web server of a desk; `start` waits until it answers /readyz."""

    def __init__(self, desk: Desk, launcher: str, *arguments: str, **settings: object) -> None:
        self.desk, self.port = desk, free_port()
        command = [part.format(port=self.port) for part in LAUNCHERS[launcher]]
        super().__init__(
            [sys.executable, *command, *arguments],
            log=desk.data / f"{launcher}-{self.port}.log",
            env=environment(desk.data, **{"port": self.port} | desk.settings | settings),
            cwd=ROOT,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self.sockets = f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        super().start()
        self.wait_until(self._answers, seconds=2 * EVENTUALLY)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        except httpx.HTTPError:
            return False


def copy_of_demo(demo: Desk, data: Path, **settings: object) -> Desk:
    """A desk of its own on SQLite with the demo loaded, made by copying one."""
    data.mkdir(parents=True, exist_ok=True)
    for path in demo.data.iterdir():
        if path.is_file() and path.suffix != ".log":
            shutil.copy2(path, data / path.name)
    return Desk(data, **settings)
