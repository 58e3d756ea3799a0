"""py3langid's model, kept unpacked: to unpack it is all that loading it costs.

It stands beside the models, 65 MiB of it. Where nothing can be written there, every process
unpacks it for itself, in about half a second of processor time.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
from django.conf import settings

from faq.search import files


def load() -> Any:
    """Return a detector of all languages that py3langid knows. ImportError where it is missing."""
    # Imported when first needed: most desks never load it.
    langid = importlib.import_module("py3langid.langid")
    version = importlib.metadata.version("py3langid")
    path = Path(settings.MODELS_DIR) / f"py3langid-{version}.npz"
    return _read(path, langid) or _unpack(path, langid)


def _read(path: Path, langid: Any) -> Any:
    try:
        with np.load(path) as file:
            found = {name: file[name] for name in file.files}
        return langid.LanguageIdentifier(
            found["chances"],
            found["before"],
            found["languages"].tolist(),
            _machine(found["moves"]),
            found["features"].tolist(),
            norm_probs=True,
            tk_row=_machine(found["rows"]),
        )
    except (OSError, ValueError, EOFError, KeyError, BadZipFile, TypeError):
        # Half a file, or a library that wants other arguments.
        return None


def _unpack(path: Path, langid: Any) -> Any:
    detector = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    try:
        arrays = {
            "chances": detector.nb_ptc,
            "before": detector.nb_pc,
            "languages": np.array(detector.nb_classes),
            "moves": np.asarray(detector.tk_nextmove),
            "rows": np.asarray(detector.tk_row),
            "features": np.asarray(detector.tk_output),
        }
    except AttributeError:
        return detector  # a later release of the library: it works, and is not kept
    files.write(path, lambda file: np.savez(file, **arrays))
    with suppress(OSError):
        for other in path.parent.glob("py3langid-*.npz"):
            if other != path:
                other.unlink()
    return detector


def _machine(numbers: np.ndarray[Any, Any]) -> array[int]:
    """Return them as py3langid walks through them: an array of Python's is quicker a number."""
    return array(cast(Any, numbers.dtype.char), numbers.tobytes())
