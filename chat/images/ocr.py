"""Reading the text in pictures, in a process of its own that is there only while it is needed.

What was read is what somebody's screen says: data to be searched with and shown, never words of
the customer's and never an instruction.
"""

import json
import os
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from django.conf import settings

CHILD = Path(__file__).with_name("ocr_child.py")
PATIENCE = 30.0  # seconds for one picture, the loading included
LONGEST_TEXT = 8000  # characters kept of a picture


# Its models are in its package. Would it look for others, it finds no way out.
NOWHERE = "http://127.0.0.1:9"
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "HTTP_PROXY": NOWHERE,
    "HTTPS_PROXY": NOWHERE,
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime would write reports to its maker, and keep them
}


class NotRead(Exception):
    """The picture could not be read; why is in the message."""


def is_available() -> bool:
    """Whether pictures are read here: it is not switched off, and the library is installed."""
    return settings.OCR != "none" and find_spec("rapidocr") is not None


class Scribe:
    """The process that reads. Started with the first picture; `rest` ends it and frees its memory.

    Its memory is some hundred MiB; a picture takes it about a second.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._said = b""

    @property
    def is_awake(self) -> bool:
        return self._child is not None

    def wake(self) -> None:
        """Has the process load its models, for a picture that is about to come."""
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(CHILD)],
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def read(self, picture: Path, patience: float = PATIENCE) -> str:
        """The picture's text, one line a line. Raises NotRead; the next picture is tried anew."""
        try:
            told = json.loads(self._ask(picture, monotonic() + patience))
        except (OSError, ValueError) as error:
            self.rest()
            raise NotRead(type(error).__name__) from None
        if "error" in told:
            raise NotRead(str(told["error"]))
        lines = (" ".join(line.split()) for line in told["lines"])
        # PostgreSQL stores no NUL.
        return "\n".join(filter(None, lines)).replace("\x00", "")[:LONGEST_TEXT]

    def rest(self) -> None:
        """Ends the process, whatever it does."""
        child, self._child, self._said = self._child, None, b""
        if child is not None:
            child.kill()
            child.communicate()

    def _ask(self, picture: Path, until: float) -> bytes:
        self.wake()
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise BrokenPipeError  # somebody has ended it just now
        child.stdin.write(f"{picture}\n".encode())
        child.stdin.flush()
        return self._line(child.stdout.fileno(), until)

    def _line(self, descriptor: int, until: float) -> bytes:
        """The next line that the child says. Raises OSError where none comes."""
        while b"\n" not in self._said:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, until - monotonic()))
            if not ready:
                raise TimeoutError
            piece = os.read(descriptor, 64 * 1024)
            if not piece:
                raise BrokenPipeError
            self._said += piece
        line, _, self._said = self._said.partition(b"\n")
        return line
