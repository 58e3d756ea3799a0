"""Language models to be named in HELPDESK_LANGUAGE_MODEL_PROVIDER."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

FIRST_WORDS = "Penguins march"
LATER_WORDS = "because they cannot fly."
HELD = {
    "language_model": "held",
    "language_model_provider": "tests.faults.models.HeldModel",
}


class Named:
    def __init__(self, name: str) -> None:
        pass


class SlowModel(Named):
    """Writes a word every 30 ms, so that much happens meanwhile."""

    def generate(
        self, messages: Sequence[dict[str, str]], *, stop: Callable[[], bool], **how: object
    ) -> Iterator[str]:
        for word in f"{FIRST_WORDS} {LATER_WORDS}".split():
            time.sleep(0.03)
            if stop():
                return
            yield f"{word} "


class HeldModel(Named):
    """Writes its first words, then waits for the file `release` in HELPDESK_HELD.

    Says that it waits by a file `waits-PID`. Hears no stop: what it writes afterwards is for the
    worker to throw away.
    """

    def generate(
        self, messages: Sequence[dict[str, str]], *, stop: Callable[[], bool], **how: object
    ) -> Iterator[str]:
        folder = Path(os.environ["HELPDESK_HELD"])
        yield FIRST_WORDS
        (folder / f"waits-{os.getpid()}").touch()
        while not (folder / "release").exists():
            time.sleep(0.02)
        yield f" {LATER_WORDS}"
