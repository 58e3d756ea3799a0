"""A Redis Cluster of the tests' own: three nodes on the loopback address, one shard each."""

import random
import re
import socket
import subprocess
from pathlib import Path

from tests.services.process import program
from tests.services.redis import Redis

BUS = 10_000  # a node's bus listens on its port and so much


def _port() -> int:
    """A free port whose bus is free too."""
    while True:
        port = random.randint(20_000, 50_000)
        with socket.socket() as one, socket.socket() as bus:
            try:
                one.bind(("127.0.0.1", port))
                bus.bind(("127.0.0.1", port + BUS))
            except OSError:
                continue
        return port


class RedisCluster:
    """`nodes` are three Redis servers that share the slots among them."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [self._node(folder / f"node-{number}") for number in range(3)]

    def _node(self, folder: Path) -> Redis:
        folder.mkdir(parents=True)
        # Without full coverage the others carry on when one has gone.
        options = {"cluster-enabled": "yes", "cluster-require-full-coverage": "no"}
        return Redis(folder, _port(), **options)

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        addresses = [f"127.0.0.1:{node.port}" for node in self.nodes]
        self._ask("--cluster", "create", *addresses, "--cluster-yes")
        for node in self.nodes:
            node.wait_until(lambda node=node: self.says(node, "cluster_state") == "ok")

    def says(self, node: Redis, name: str) -> str:
        """A value of a node's CLUSTER INFO; "" where it has none of that name."""
        told = self._ask("-p", str(node.port), "cluster", "info")
        found = re.search(rf"^{name}:(\S+)", told, re.MULTILINE)
        return found[1] if found else ""

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def _ask(self, *words: str) -> str:
        command = [program("redis-cli"), *words]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=60
        ).stdout
