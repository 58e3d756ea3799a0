"""A Redis of the tests' own, on a free port, that keeps nothing on disk."""

import socket
from pathlib import Path

from tests.services.ports import free_port
from tests.services.process import Process, program


class Redis(Process):
    """`url` names it; `pause` and `resume` make it hang, `stop` and `start` restart it."""

    def __init__(self, folder: Path, port: int = 0, **more: str) -> None:
        """`more` are options of redis-server."""
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        options = {"port": self.port, "bind": "127.0.0.1", "dir": folder, "appendonly": "no"}
        options |= more
        command = [program("redis-server"), "--save", ""]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        super().__init__(command, folder / "redis.log")

    def start(self) -> None:
        """Start it and wait until it answers."""
        super().start()
        self.wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
