"""Language models for tests, named by HELPDESK_LANGUAGE_MODEL_PROVIDER."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Messages = Sequence[dict[str, str]]


class HeldModel:
    """Writes its first words and then waits for the file HELD_MODEL_RELEASE names.

    Beside it appears `<file>.writing` once the first words are written. It goes on after the
    release whatever `stop` says, as a model would that is inside a long step.
    """

    first, rest = "Printing works from", " every laptop. Printing works."

    def generate(self, messages: Messages, *, stop: Callable[[], bool]) -> Iterator[str]:
        release = Path(os.environ["HELD_MODEL_RELEASE"])
        yield self.first
        release.with_name(release.name + ".writing").touch()
        while not release.exists():
            time.sleep(0.02)
        yield self.rest


class FailingModel:
    """Writes one word and breaks."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool]) -> Iterator[str]:
        yield "Well"
        raise RuntimeError("out of memory")


class EchoModel:
    """Says the prompt's first note, which passes the guard, and remembers what it was given."""

    given: Messages = ()

    def generate(self, messages: Messages, *, stop: Callable[[], bool]) -> Iterator[str]:
        type(self).given = messages
        notes = [line for line in messages[0]["content"].splitlines() if line.startswith("- ")]
        answer = notes[0].split(": ", 1)[1] if notes else "Nothing is known about this."
        for word in answer.split(" "):
            if stop():
                return
            yield word + " "


class EndlessModel:
    """Writes until it is told to stop."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool]) -> Iterator[str]:
        while not stop():
            time.sleep(0.01)
            yield "and "
