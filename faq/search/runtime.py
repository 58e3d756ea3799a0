"""ONNX Runtime as this process uses it, and its end while something is computed."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]


class Ending(RuntimeError):
    """The process ends: nothing more is computed."""


_ending = threading.Event()


def end() -> None:
    """Have no graph run from now on: Python must not end while a thread is in the runtime's C++,
    which would abort the process."""
    _ending.set()


def go_on() -> None:
    """Raise Ending where the process ends: to be called between the steps of what takes long."""
    if _ending.is_set():
        raise Ending


class Session:
    """A graph in ONNX Runtime, run in the calling thread alone."""

    def __init__(self, graph: Path | bytes) -> None:
        self._session = _session(graph)

    def __call__(self, **inputs: Floats) -> Floats:
        """Return the graph's first output. Raises Ending."""
        go_on()
        output: Floats = self._session.run(None, inputs)[0]
        return output


def _session(graph: Path | bytes) -> InferenceSession:
    # Before the import: its builds for Linux tell their maker about the machine they run on, and
    # the first report leaves before any call could forbid it.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # Here: 18 MiB that a process without a search does without.
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # A second thread halves nothing at these sizes and burns a core by spinning; and an arena
    # would keep what the longest text has needed.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3  # errors: it warns of machines without a graphics card
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
