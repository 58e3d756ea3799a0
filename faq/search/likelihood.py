"""How much likelier a question is one of an entry's than one of an entry that is not there.

Probabilistic linear discriminant analysis (Ioffe, "Probabilistic Linear Discriminant Analysis",
2006) on the embeddings, in its closed form: wordings lie around their entry's centre, normally
distributed and everywhere alike, and the centres around the mean of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faq.search.classifier import Block
from faq.search.corpus import DIMENSIONS, Floats

# So many more wordings than entries say how wordings lie around their centre; of fewer, chance
# does, and small FAQs lost by it what large ones gained (docs/answers.md).
FEWEST = 8 * DIMENSIONS
# Of the mean variance within entries, added to each: what so many wordings do not tell yet.
SHRINKAGE = 0.3
# The logarithm of the ratio runs into hundreds.
TEMPERATURE = 40.0
ROWS_AT_ONCE = 2048

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Likelihood:
    """Embeddings are moved by `mean` [384] and turned by `turn` [384, 384], so that within an
    entry all directions are independent and of variance 1; `between` [384] is that of the centres.

    `centres` [entries, 384] and `variances` [entries, 384] say where the next wording of an entry
    is expected, and `constants` [entries] belong to the logarithm of their density.
    """

    mean: Floats
    turn: Floats
    between: Floats
    centres: Floats
    variances: Floats
    constants: Floats

    def __call__(self, vector: Floats, classes: npt.NDArray[np.intp]) -> Floats:
        """Return for entries by their classes [n] the ratio as a share, 0 to 1 [n]."""
        place = (vector - self.mean) @ self.turn
        among = (place - self.centres[classes]) ** 2 / self.variances[classes]
        elsewhere = place**2 / (1 + self.between)
        ratio = self.constants[classes] - 0.5 * (among - elsewhere).sum(axis=1)
        shares: Floats = 1 / (1 + np.exp(-np.clip(ratio / TEMPERATURE, -30, 30)))
        return shares


def fit(vectors: Block, classes: npt.NDArray[np.integer], count: int) -> Likelihood:
    """Fit to embeddings [n, 384] of `count` entries, all of which have one."""
    sizes = np.bincount(classes, minlength=count).astype(np.float64)[:, None]
    sums = np.zeros((count, DIMENSIONS))
    scatter = np.zeros((DIMENSIONS, DIMENSIONS))
    for rows in np.array_split(np.arange(len(classes)), -(-len(classes) // ROWS_AT_ONCE)):
        some = vectors[rows].astype(np.float64)
        np.add.at(sums, classes[rows], some)
        scatter += some.T @ some
    centres = sums / sizes
    within = (scatter - (centres * sizes).T @ centres) / (len(classes) - count)
    within += SHRINKAGE * np.trace(within) / DIMENSIONS * np.eye(DIMENSIONS)
    mean = sums.sum(axis=0) / len(classes)
    turn, between = _diagonal(within, centres - mean, float(sizes.mean()))
    return _expected(mean, turn, between, (centres - mean) @ turn, sizes)


def _diagonal(within: Doubles, centres: Doubles, size: float) -> tuple[Doubles, Doubles]:
    """Return what turns `within` into the identity, and the centres' variances then."""
    lengths, axes = np.linalg.eigh(within)
    white = axes / np.sqrt(lengths)
    # A centre of `size` wordings is itself off by a part of the variance within.
    scatter = centres.T @ centres / max(len(centres) - 1, 1) - within / size
    between, turn = np.linalg.eigh(white.T @ scatter @ white)
    return white @ turn, np.maximum(between, 1e-3)


def _expected(
    mean: Doubles, turn: Doubles, between: Doubles, centres: Doubles, sizes: Doubles
) -> Likelihood:
    weight = sizes * between / (sizes * between + 1)
    variances = 1 + between / (sizes * between + 1)
    constants = -0.5 * np.log(variances / (1 + between)).sum(axis=1)
    parts = (mean, turn, between, weight * centres, variances, constants)
    return Likelihood(*(part.astype(np.float32) for part in parts))
