"""Language models for tests, named by HELPDESK_LANGUAGE_MODEL_PROVIDER."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Messages = Sequence[dict[str, str]]


class Double:
    def __init__(self, name: str) -> None:
        pass


class HeldModel(Double):
    """Writes its first words and then waits for the file HELD_MODEL_RELEASE names.

    Beside it appears `<file>.writing` once the first words are written. It goes on after the
    release whatever `stop` says, as a model would that is inside a long step.
    """

    first, rest = "Printing works from", " every laptop. Printing works."

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        release = Path(os.environ["HELD_MODEL_RELEASE"])
        yield self.first
        release.with_name(release.name + ".writing").touch()
        while not release.exists():
            time.sleep(0.02)
        yield self.rest


class FailingModel(Double):
    """Writes one word and breaks."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        yield "Well"
        raise RuntimeError("out of memory")


class EchoModel(Double):
    """Says the prompt's first note, which passes the guard, and remembers what it was given."""

    given: Messages = ()

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        type(self).given = messages
        notes = [line for line in messages[0]["content"].splitlines() if line.startswith("- ")]
        answer = notes[0].split(": ", 1)[1] if notes else "Nothing is known about this."
        for word in answer.split(" "):
            if stop():
                return
            yield word + " "


class EndlessModel(Double):
    """Writes until it is told to stop."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        while not stop():
            time.sleep(0.01)
            yield "and "


class ReadingModel(Double):
    """Says the prompt's first note and goes on for ever, without an end to its sentence."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        notes = [line for line in messages[0]["content"].splitlines() if line.startswith("- ")]
        for word in notes[0].split(": ", 1)[1].split(" "):
            yield word + " "
        while not stop():
            time.sleep(0.01)
            yield "and "


class BreakingModel(Double):
    """Says the prompt's first note and breaks."""

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        notes = [line for line in messages[0]["content"].splitlines() if line.startswith("- ")]
        yield notes[0].split(": ", 1)[1]
        yield " And"
        raise RuntimeError("out of memory")


class PacedModel(Double):
    """Says the sentences of the prompt's first note, each after a release.

    The files HELD_MODEL_RELEASE names are `<file>.0`, `<file>.1` … Between them it yields "" a
    hundred times a second, as a model does whose words do not show yet, and writes the time of
    each (seconds of the machine's monotonic clock) into `<file>.ticks`. With `<file>.broken` it
    fails.
    """

    def generate(self, messages: Messages, *, stop: Callable[[], bool], **how) -> Iterator[str]:
        release = Path(os.environ["HELD_MODEL_RELEASE"])
        notes = [line for line in messages[0]["content"].splitlines() if line.startswith("- ")]
        sentences = notes[0].split(": ", 1)[1].split(". ")
        if release.with_name(f"{release.name}.broken").exists():
            raise RuntimeError("out of memory")
        with release.with_name(f"{release.name}.ticks").open("w", buffering=1) as ticks:
            for number, sentence in enumerate(sentences):
                while not release.with_name(f"{release.name}.{number}").exists():
                    if stop():
                        return
                    time.sleep(0.01)
                    ticks.write(f"{time.monotonic()}\n")
                    yield ""
                for word in f"{sentence.rstrip('.')}. ".split(" "):
                    yield f"{word} "
