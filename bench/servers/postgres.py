"""A PostgreSQL cluster of the benchmark's own, with fsync, on a free port."""

import os
import shutil
import signal
import time
from pathlib import Path

import psycopg

from bench.servers.process import DidNotStart, Process, answers, free_port, run


def binary(name: str) -> str:
    """The newest installed version's program. Raises DidNotStart when there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(debian[-1]) if debian else shutil.which(name)
    if found is None:
        raise DidNotStart("PostgreSQL is missing: apt-get install postgresql")
    return found


class Postgres:
    """Durable as it comes: fsync and synchronous_commit stay on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "postgres", free_port()
        self.folder.mkdir()
        # The server refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            os.chmod(folder, 0o755)
            shutil.chown(self.folder, self.user, self.user)
        log = folder / "postgres.log"
        self.initialise(log)
        self.process = Process(self.command(), log, user=self.user, stop_signal=signal.SIGINT)
        self.process.wait_until(self.is_ready)

    def initialise(self, log: Path) -> None:
        words = f"-D {self.data} -U postgres -A trust -E UTF8 --no-locale".split()
        run([binary("initdb"), *words], log, user=self.user)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "fsync": "on",
            "synchronous_commit": "on",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [binary("postgres"), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        try:
            self.query("SELECT 1")
        except psycopg.OperationalError:  # it is still starting up
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Makes an empty database; its address."""
        self.query(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def query(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """All rows of one statement, outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        self.process.stop()


def fsync_milliseconds(folder: Path, times: int = 50) -> float:
    """Median time of one written and synchronised 8 KiB block: the price of a commit here."""
    taken = []
    with (folder / "fsync-probe").open("wb", buffering=0) as file:
        for _ in range(times):
            file.seek(0)
            file.write(os.urandom(8192))  # some storage makes nothing of zeros
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2] * 1000
