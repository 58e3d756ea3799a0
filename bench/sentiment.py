"""How well the sentiment is told: macro-F1 on four public sets, beside a word list and VADER.

    .venv/bin/python bench/sentiment.py [--most 2000]

The sets are those of Hutto and Gilbert, "VADER" (ICWSM 2014): snippets of product reviews, film
reviews and editorials, and tweets, each rated by 20 people from -4 to 4. They come in the source
package of vaderSentiment, which pip fetches into a temporary folder. The classifier knows only
chat/sentiment/examples.txt; by the first 1,500 texts of each set it was decided what it looks at,
and they are left out here.
"""

import argparse
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.desk import ROOT

PACKAGE = "vaderSentiment==3.3.2"
SETS = {
    "product reviews": "amazonReviewSnippets",
    "film reviews": "movieReviewSnippets",
    "editorials": "nytEditorialSnippets",
    "tweets": "tweets",
}
LOOKED_AT = 1500
NEUTRAL = 0.5  # mean ratings up to here, either way
VADER_NEUTRAL = 0.05  # as its authors advise
LABELS = ("negative", "neutral", "positive")

Rated = list[tuple[str, str]]  # (text, label)


def fetch(folder: Path) -> Path:
    """The sets' folder, out of the source package."""
    options = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-q"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(folder), PACKAGE]
    subprocess.run(command, check=True)
    for name in ("vaderSentiment-*.tar.gz", "*/additional_resources/hutto_ICWSM_2014.tar.gz"):
        with tarfile.open(next(folder.glob(name))) as archive:
            archive.extractall(folder, filter="data")
    return folder / "hutto_ICWSM_2014"


def read(path: Path, most: int) -> Rated:
    """A sample of a set, the same each time, without those that were looked at."""
    rows = [line.split("\t") for line in path.read_text(errors="replace").splitlines()]
    rated = [(row[2], label_of(float(row[1]), NEUTRAL)) for row in rows if len(row) == 3]
    random.Random(0).shuffle(rated)
    return rated[LOOKED_AT : LOOKED_AT + most]


def label_of(value: float, neutral: float) -> str:
    return "neutral" if abs(value) <= neutral else LABELS[2 if value > 0 else 0]


def macro_f1(rated: Rated, judged: Sequence[str]) -> float:
    """The mean over the labels of the harmonic mean of precision and recall, 0 to 1."""
    return sum(_f1(rated, judged, label) for label in LABELS) / len(LABELS)


def _f1(rated: Rated, judged: Sequence[str], label: str) -> float:
    pairs = [(right, found) for (_, right), found in zip(rated, judged, strict=True)]
    both = sum(right == found == label for right, found in pairs)
    either = sum((right == label) + (found == label) for right, found in pairs)
    return 2 * both / either if either else 0.0


def judges() -> dict[str, Callable[[str], str]]:
    """What is compared: text -> label."""
    from chat import sentiment
    from chat.sentiment.lexicon import analyzer

    lexicon = analyzer().lexicon

    def word_list(text: str) -> str:
        words = (word.strip(".,;:!?\"'()").lower() for word in text.split())
        return label_of(sum(lexicon.get(word, 0.0) for word in words), 0.0)

    def vader(text: str) -> str:
        return label_of(analyzer().polarity_scores(text)["compound"], VADER_NEUTRAL)

    return {
        "word list": word_list,
        "VADER": vader,
        "this desk": lambda text: sentiment.judge(text).label,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=2000, help="texts of each set")
    most = parser.parse_args().most
    prepare()
    with tempfile.TemporaryDirectory(prefix="sentiment-") as folder:
        sets = {name: read(path, most) for name, path in files(fetch(Path(folder))).items()}
    known = judges()
    print(f"{'macro-F1':18}{'texts':>7}" + "".join(f"{name:>11}" for name in known) + f"{'ms':>7}")
    for name, rated in sets.items():
        scores, milliseconds = [], 0.0
        for judge in known.values():
            started = time.perf_counter()
            scores.append(macro_f1(rated, [judge(text) for text, _ in rated]))
            milliseconds = (time.perf_counter() - started) * 1000 / len(rated)
        shown = "".join(f"{score:11.3f}" for score in scores)
        print(f"{name:18}{len(rated):7}{shown}{milliseconds:7.1f}", flush=True)


def files(folder: Path) -> dict[str, Path]:
    return {name: folder / f"{file}_GroundTruth.txt" for name, file in SETS.items()}


def prepare() -> None:
    """Django's settings are where the model lies."""
    import os

    os.environ["HELPDESK_MODELS"] = os.environ.get("HELPDESK_MODELS", str(ROOT / "var/models"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    import django

    django.setup()
    from chat import sentiment

    sentiment.judge("Fitted before the clock starts.")


if __name__ == "__main__":
    main()
