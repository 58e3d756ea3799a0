"""Devices on the plain socket, as programs: no cookies, no Origin, JSON out and text in."""

import json
import re
import subprocess
import sys
import threading
import time
from queue import Empty, Queue
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.services.patience import EVENTUALLY
from tests.services.schemas import hold, hold_line

REGISTERED = "Device Successfully Registered. Note down your api_key: "
KEY = re.compile(re.escape(REGISTERED) + r"([A-Za-z0-9]{16,})")


class Device:
    """A device's connection; `key` is what its last registration gave."""

    def __init__(self, address: str, name: str = "", key: str = "", **options: Any) -> None:
        self.connection = connect(address, proxy=None, max_queue=None, **options)
        self.connection.__enter__()
        self.name, self.key = name, key
        if name and not key:
            self.register(name)

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def send(self, frame: dict[str, Any] | str | bytes) -> None:
        """Send a frame with the key in it; text and bytes, which may be anything, as they are."""
        if isinstance(frame, dict):
            frame = {"auth_key": self.key, **frame} if self.key else frame
            hold("device", "command", frame)
            frame = json.dumps(frame)
        self.connection.send(frame)

    def send_wrong(self, frame: dict[str, Any]) -> None:
        """Send a frame that is no command, with the key in it."""
        self.send(json.dumps({"auth_key": self.key, **frame} if self.key else frame))

    def register(self, name: str, **fields: Any) -> str:
        """Register, and the key."""
        frame = {"register": True, "device_name": name, **fields}
        hold("device", "command", frame)
        self.connection.send(json.dumps(frame))
        found = KEY.fullmatch(line := self.line())
        assert found, line
        self.name, self.key = name, found[1]
        return self.key

    def say(self, to: str, text: str, **fields: Any) -> None:
        self.send({"to_id": to, "message": text, **fields})

    def line(self, seconds: float = EVENTUALLY) -> str:
        """The next line that the device gets."""
        line = str(self.connection.recv(timeout=seconds))
        hold_line(line)
        return line

    def quiet(self, seconds: float = 0.3) -> list[str]:
        """All lines that come until none has come for so long, or the socket is closed."""
        lines = []
        while True:
            try:
                lines.append(self.line(seconds))
            except (TimeoutError, ConnectionClosed):
                return lines

    def close_code(self, seconds: float = EVENTUALLY) -> int | None:
        deadline = time.monotonic() + seconds
        while self.connection.close_code is None and time.monotonic() < deadline:
            self.quiet(0.1)
        return self.connection.close_code


class Terminal:
    """Somebody at `python -m websockets`, the device protocol's reference client."""

    def __init__(self, address: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "websockets", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        assert self.reads() == f"Connected to {address}."

    def _read(self) -> None:
        assert self.process.stdout
        for printed in self.process.stdout:
            # As the terminal shows it: without the commands that move its cursor.
            shown = re.sub(r"\x1b(?:[78]|\[[A-Z])", "", printed.strip())
            shown = shown.removeprefix("> ").strip()
            while shown.startswith("> "):
                shown = shown.removeprefix("> ")
            if shown and shown != ">":
                self.lines.put(shown)

    def types(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def reads(self, seconds: float = EVENTUALLY) -> str:
        """The next line on the screen, without the prompt."""
        return self.lines.get(timeout=seconds)

    def reads_nothing(self, seconds: float) -> bool:
        try:
            unexpected = self.lines.get(timeout=seconds)
        except Empty:
            return True
        raise AssertionError(unexpected)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(EVENTUALLY)
