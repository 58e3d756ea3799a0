"""A program that runs beside the tests, with its output in a file."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.services.patience import EVENTUALLY
from tests.services.skips import missing

# Debian keeps PostgreSQL's programs out of PATH, and nginx out of that of who is not root.
ELSEWHERE = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/sbin")]


def program(name: str, package: str | None = None) -> str:
    """The path of a program; skips the test where it is not installed."""
    path = shutil.which(name) or next(
        (str(folder / name) for folder in ELSEWHERE if (folder / name).exists()), None
    )
    if path is None:
        missing(package or name, f"apt-get install {package or name}, or run ./setup.sh test")
    assert path is not None
    return path


class Process:
    """One program: `start` it, watch its `log`, stop it by its own pid."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.command, self.log_path, self.env, self.cwd, self.user = command, log, env, cwd, user
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its output is appended to the log. As root, `user` says as whom it runs."""
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with self.log_path.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                **as_user,  # type: ignore[arg-type]
            )

    @property
    def pid(self) -> int:
        assert self.popen is not None, "not started"
        return self.popen.pid

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    @property
    def log(self) -> str:
        """All that it has printed."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.splitlines()[-lines:])

    def wait_until_learned(self) -> None:
        """Wait until the bot in it judges by what it has learned of the FAQ: before, some
        questions are answered otherwise."""
        self.wait_until(lambda: "entries learned: answers from" in self.log)

    def wait_until(self, ready: Callable[[], bool], seconds: float = EVENTUALLY) -> None:
        """Wait until `ready()`; raises with the log's tail if it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            late = time.monotonic() > deadline
            if late or not self.running:
                what = f"not ready after {seconds} s" if late else "ended by itself"
                raise RuntimeError(f"{' '.join(self.command)}: {what}\n{self.tail()}")
            time.sleep(0.05)

    def send_signal(self, number: int) -> None:
        if self.running:
            os.kill(self.pid, number)

    def pause(self) -> None:
        """Let it hang, as a machine under too much load does."""
        self.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.send_signal(signal.SIGCONT)

    def stop(self, number: int = signal.SIGTERM, seconds: float = EVENTUALLY) -> int:
        """Send the signal and wait; killed if it is still there after `seconds`. The exit code."""
        if self.popen is None:
            return 0
        self.send_signal(number)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        if self.popen is not None:
            self.send_signal(signal.SIGKILL)
            self.popen.wait()
