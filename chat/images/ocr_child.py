"""A program of its own: reads the text in pictures, one after the other, until its input ends.

    python ocr_child.py

One path a line comes in; for each one line of JSON goes out: {"lines": ["...", ...]}, top to
bottom as a person would read, or {"error": TYPE}. It knows nothing of the desk, and what it has
read is nothing but text to whoever gets it.
"""

import json
import os
import resource
import sys
from typing import Any

MEBIBYTE = 2**20
MEMORY = 3072 * MEBIBYTE  # of addresses; what it uses is a tenth of it
THREADS = 1
LONGEST_SIDE = 2000  # pixels that are looked at; smaller letters cannot be read anyway


def engine() -> Any:
    """The library with its own models, silent and on one thread."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # screens stand upright
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def lines(read: Any, path: str) -> list[str]:
    """The text in one picture, line by line."""
    import numpy
    from PIL import Image

    with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = numpy.asarray(on_white(picture))
    found = read(pixels[:, :, ::-1])
    return in_rows(found.boxes, found.txts) if found.txts else []


def on_white(picture: Any) -> Any:
    """Without transparency, which would show what nobody saw."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def in_rows(boxes: Any, texts: Any) -> list[str]:
    """Pieces that stand beside each other make one line."""
    pieces = sorted(
        (min(y for _, y in box), max(y for _, y in box), min(x for x, _ in box), text)
        for box, text in zip(boxes, texts, strict=True)
    )
    rows: list[list[Any]] = []
    for piece in pieces:
        top, bottom, *_ = piece
        if rows and top < (rows[-1][0][0] + rows[-1][0][1]) / 2 < bottom:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [" ".join(text for *_, text in sorted(row, key=lambda one: one[2])) for row in rows]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(4)  # people who chat come first, but somebody waits for this too
    # The library prints here and there; only our lines go to whoever waits for them.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    read = engine()
    for path in sys.stdin:
        try:
            told: dict[str, Any] = {"lines": lines(read, path.rstrip("\n"))}
        except Exception as error:
            told = {"error": type(error).__name__}
        out.write(json.dumps(told) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
