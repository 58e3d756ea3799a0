"""The processes of a desk count as one, whichever of them Prometheus asks.

Each writes what it counts into files of its own in the desk's data folder (the client library's
multiprocess mode) and holds a lock for as long as it lives. Who is asked adds the files up, and
first deals with those of the dead: what they have counted is kept, how they stood is not.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry, Metric, values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

PAST = "past"  # whose file holds what the dead have counted
SUMS = ("counter", "histogram")
_folder: Path | None = None
_held: IO[bytes] | None = None  # this process's lock


def together() -> None:
    """Count with the desk's other processes. To be called before anything counts; nothing
    happens where that is too late, or the data folder cannot be written."""
    global _folder, _held
    if _folder is not None or "faq.search.metrics" in sys.modules:
        return
    folder = Path(settings.METRICS_DIR)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            bury(folder)
            _held = (folder / f"{identity()}.lock").open("wb")
            fcntl.flock(_held, fcntl.LOCK_EX)
    except OSError as error:
        logger.warning("each process counts for itself: %s: %s", folder, error.strerror)
        return
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(identity)
    _folder = folder


def registry() -> CollectorRegistry:
    """What the desk's processes have counted, this one alone where it counts for itself."""
    if _folder is None:
        return REGISTRY
    desk = CollectorRegistry()
    desk.register(Everybody(_folder))
    return desk


def identity() -> str:
    """This process's name among all: containers that share a folder each have a process 1."""
    host = re.sub(r"[^A-Za-z0-9]", "-", socket.gethostname())
    return f"{host}-{os.getpid()}"


class Everybody(Collector):
    """The sum of all processes that count in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> Iterable[Metric]:
        with _alone(self.folder):
            bury(self.folder)
            return list(MultiProcessCollector(None, str(self.folder)).collect())


def bury(folder: Path) -> None:
    """Add what the dead have counted to what is past, and remove their files."""
    for name in {_owner(file) for file in folder.glob("*.db")} - {PAST}:
        lock = folder / f"{name}.lock"
        if _is_held(lock):
            continue
        for kind in SUMS:
            _add(folder / f"{kind}_{name}.db", folder / f"{kind}_{PAST}.db")
        for file in folder.glob(f"gauge_*_{name}.db"):
            file.unlink()
        lock.unlink(missing_ok=True)


def _owner(file: Path) -> str:
    return file.stem.rpartition("_")[2]


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _add(file: Path, past: Path) -> None:
    if not file.exists():
        return
    try:
        counted = list(MmapedDict.read_all_values_from_file(str(file)))
    except Exception:
        logger.warning("what %s had counted is lost: the file is damaged", file.stem)
        counted = []
    total = MmapedDict(str(past))
    for key, value, _, _ in counted:
        total.write_value(key, total.read_value(key)[0] + value, 0.0)
    total.close()
    file.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else adds up or buries meanwhile."""
    with (folder / "adding-up").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
