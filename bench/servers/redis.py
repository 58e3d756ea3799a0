"""A Redis of the benchmark's own, for the naive server's channel layer."""

import shutil
from pathlib import Path

from bench.servers.process import DidNotStart, Process, answers, free_port


class Redis:
    """Keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if not program:
            raise DidNotStart("Redis is missing: apt-get install redis-server")
        self.port = free_port()
        arguments = f"--port {self.port} --bind 127.0.0.1 --appendonly no --dir {folder}".split()
        self.process = Process([program, *arguments, "--save", ""], folder / "redis.log")
        self.process.wait_until(lambda: answers(self.port))

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        self.process.stop()
