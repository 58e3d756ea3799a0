"""Splits texts into the pieces of words that the multilingual encoder knows, as SentencePiece does.

Its unigram model (Kudo, "Subword Regularization", 2018): of all ways to split a text the one whose
pieces have the greatest sum of log probabilities, found by Viterbi's algorithm. Written here
because the library takes 35 MiB for the 128,000 pieces, where this takes 2.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np

# What stands for a space, and before the first word.
SPACE = "\u2581"
# The numbers of what no piece is, and of a text's two ends.
UNKNOWN, BEGIN, END = 0, 1, 2
# So much less likely than the least likely piece is a character that is none.
UNKNOWN_PENALTY = 10.0
LONGEST_PIECE = 16
# Of a longer text only the beginning counts: as sent, in NFKC (which makes eighteen characters of
# some), and in pieces.
LONGEST = 1024
MOST = 254

TRIE, SCORES = "pieces.marisa", "scores.npz"


class Pieces:
    """The pieces by their text; read-only, so that threads may share it."""

    def __init__(self, folder: Path) -> None:
        # Here: a desk that was updated by hand may lack it, and goes on without the encoder.
        import marisa_trie  # type: ignore[import-not-found]

        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / TRIE))
        with np.load(folder / SCORES) as file:
            # By the trie's keys.
            self._scores, self._numbers = file["scores"], file["numbers"]
        self.count = int(self._numbers.max()) + 1
        self._unknown = float(self._scores.min()) - UNKNOWN_PENALTY

    def __call__(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces, with those of its two ends."""
        return [BEGIN, *self._best(normalised(text[:LONGEST])[: LONGEST + 1])[:MOST], END]

    def _best(self, text: str) -> list[int]:
        if not text:
            return [UNKNOWN]
        sums = [0.0] + [-np.inf] * len(text)
        # Of the best way to each place: where its last piece begins, and which it is.
        last = [(0, UNKNOWN)] * (len(text) + 1)
        for start in range(len(text)):
            steps = [(1, self._unknown, UNKNOWN)]
            for piece in self._trie.prefixes(text[start : start + LONGEST_PIECE]):
                key = self._trie[piece]
                steps.append((len(piece), float(self._scores[key]), int(self._numbers[key])))
                if len(piece) == 1:
                    del steps[0]
            for length, score, number in steps:
                if sums[start] + score > sums[start + length]:
                    sums[start + length] = sums[start] + score
                    last[start + length] = start, number
        found: list[int] = []
        place = len(text)
        while place:
            place, number = last[place]
            # Characters that are no pieces are one unknown together.
            if number != UNKNOWN or found[-1:] != [UNKNOWN]:
                found.append(number)
        return found[::-1]


def normalised(text: str) -> str:
    """Return a text in NFKC, each run of white space, of whatever width, one SPACE."""
    words = unicodedata.normalize("NFKC", text).translate(_ALSO_SPACES).split()
    return "".join(SPACE + word for word in words)


_ALSO_SPACES = str.maketrans(dict.fromkeys("\u200b\u200e\u200f\ufeff" + SPACE, " "))
