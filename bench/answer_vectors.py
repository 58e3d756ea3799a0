"""The wordings' embeddings for a measurement: `answer_vectors.py IN.json OUT.npy [KEPT.npz]`.

IN holds [[text, label]]. What KEPT has is not embedded again: 15,000 wordings take minutes, and
are the same in every run.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from faq.search import embeddings  # noqa: E402


def embed(texts: Sequence[str], kept: Path | None = None) -> Any:
    """Unit vectors [texts, 384]; of those in the file `kept` what it says, and the others
    are added to it."""
    known: dict[str, Any] = {}
    if kept and kept.is_file():
        with np.load(kept) as file:
            known = dict(zip(file["texts"].tolist(), file["vectors"], strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known |= zip(missing, embeddings.embed(missing), strict=True)
        if kept:
            np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


if __name__ == "__main__":
    pairs = json.loads(Path(sys.argv[1]).read_text())
    kept = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    np.save(sys.argv[2], embed([text for text, _ in pairs], kept))
