"""The floor: a naive Channels consumer on daphne, its Redis core layer and PostgreSQL."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.servers.postgres import Postgres
from bench.servers.process import Process, answers, free_port, run
from bench.servers.raw import both_seats
from bench.servers.redis import Redis
from bench.servers.server import Seat

PROJECT = Path(__file__).parents[1]


class Naive:
    name, is_numbered = "naive", False

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.port, self.postgres = free_port(), postgres
        self.redis = Redis(folder)
        environment = {
            "DJANGO_SETTINGS_MODULE": "naive.settings",
            "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")]),
            "NAIVE_DATABASE_URL": postgres.create("naive"),
            "NAIVE_REDIS_URL": self.redis.url,
        }
        log = folder / "naive.log"
        migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb"]
        run(migrate, log, environment=environment)
        daphne = f"-m daphne -b 127.0.0.1 -p {self.port} naive.asgi:application".split()
        self.process = Process([sys.executable, *daphne], log, environment=environment)
        self.process.wait_until(lambda: answers(self.port))
        self.pids = [self.process.pid]
        self.seats: list[Seat] = []

    async def prepare(self, conversations: int) -> None:
        self.seats = both_seats(conversations, "/chat/{conversation}/{who}/")

    def stored(self) -> Mapping[str, int] | None:
        rows = self.postgres.query(
            "SELECT split_part(client_id, '-', 1), count(*) FROM naive_message GROUP BY 1", "naive"
        )
        return {str(key): int(str(count)) for key, count in rows}

    def stop(self) -> None:
        self.process.stop()
        self.redis.stop()
