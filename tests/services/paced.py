"""A desk whose language model writes sentence by sentence, each when the test lets it."""

import time
from pathlib import Path

from tests.services.patience import EVENTUALLY

PACED = {
    "language_model": "paced",
    "language_model_provider": "tests.chat.bot.doubles.PacedModel",
    "language_model_seconds": 200,
}
# An entry of the demo holds a part of this, below the suggestions' threshold.
QUESTION = "Where does a newsletter go that the filter caught two months ago?"
FIRST = "Mark unwanted mail with Report"
SECOND = "look in the Junk folder"
SENTENCES = 8  # more than the entry has


class Paced:
    """What lets it write: `let(2)` the first two sentences, `let()` all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def let(self, sentences: int = SENTENCES) -> None:
        for number in range(sentences):
            self.path.with_name(f"{self.path.name}.{number}").touch()

    def break_down(self) -> None:
        """It fails from here on, until `hold`."""
        self.path.with_name(f"{self.path.name}.broken").touch()

    def hold(self) -> None:
        """Nothing is written from here on."""
        for path in self.path.parent.glob(f"{self.path.name}.*"):
            path.unlink()

    def stopped_after(self, since: float) -> float:
        """Waits until the model has ended; from `since` (monotonic) to its last token, seconds."""
        deadline = time.monotonic() + EVENTUALLY
        while time.monotonic() < deadline:
            last = self._last_tick()
            # It ticks every 10 ms; after so long without it is over.
            if last and time.monotonic() > last + 1:
                return last - since
            time.sleep(0.05)
        raise TimeoutError("the model goes on and on")

    def _last_tick(self) -> float:
        ticks = self.path.with_name(f"{self.path.name}.ticks")
        lines = ticks.read_text().split() if ticks.exists() else []
        return float(lines[-1]) if lines else 0.0
