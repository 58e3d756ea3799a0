"""A PostgreSQL of the tests' own, on a free port.

python -m tests.services.postgres COMMAND ...   runs COMMAND with TEST_DATABASE_URL set to it
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.patience import EVENTUALLY
from tests.services.ports import free_port
from tests.services.process import Process, program

# initdb refuses root.
USER = "postgres" if os.geteuid() == 0 else None


class Postgres(Process):
    """`url(name)` names one of its databases; `create` makes one, from a template if wished."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.made: Counter[str] = Counter()
        cluster = folder / "cluster"
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "max_connections": 200,
            # What these two save a cluster from is a machine without power: no test has one.
            "fsync": "off",
            "full_page_writes": "off",
        }
        command = [program("postgres", "postgresql"), "-D", str(cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.cluster = cluster
        super().__init__(command, folder / "postgres.log", cwd=folder, user=USER)

    def start(self) -> None:
        """Make the cluster if there is none, start it, wait until it answers."""
        if not self.cluster.exists():
            self._make_cluster()
        super().start()
        self.wait_until(self._answers)

    def stop(self, number: int = signal.SIGINT, seconds: float = EVENTUALLY) -> int:
        """SIGINT is PostgreSQL's "fast": it ends the sessions and shuts down in order."""
        return super().stop(number, seconds)

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database as a copy of `template`; its URL. A name may be used again."""
        self.made[database] += 1
        if self.made[database] > 1:
            database += f"_{self.made[database]}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(database), sql.Identifier(template)
        )
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)
        return self.url(database)

    def dump(self, database: str, path: Path) -> None:
        self._run("pg_dump", "--format=custom", f"--file={path}", database)

    def restore(self, database: str, path: Path) -> None:
        self._run("pg_restore", f"--dbname={database}", str(path))

    def _run(self, name: str, *arguments: str) -> None:
        where = ["--host=127.0.0.1", f"--port={self.port}", "--username=postgres"]
        subprocess.run([program(name, "postgresql"), *where, *arguments], check=True)

    def _make_cluster(self) -> None:
        command = [program("initdb", "postgresql"), "-D", str(self.cluster), "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        as_user = {"user": USER, "group": USER, "extra_groups": []} if USER else {}
        with self.log_path.open("ab") as log:
            subprocess.run(command, check=True, stdout=log, cwd=self.cwd, **as_user)  # type: ignore[call-overload]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True


@contextlib.contextmanager
def running() -> Iterator[Postgres]:
    """A PostgreSQL that lives as long as the block, in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-postgres-"))
    if USER:
        shutil.chown(folder, USER, USER)
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command beside a PostgreSQL; its exit code."""
    with running() as server:
        env = os.environ | {"TEST_DATABASE_URL": server.create("helpdesk")}
        return subprocess.run(command, env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
