"""A multinomial logistic regression: how likely each entry is, given the question.

In numpy, because scikit-learn brings 99 MiB into every process that answers; the tests
hold it to scikit-learn's result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from faq.search.runtime import go_on

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]

# The inverse of the penalty on large weights, as scikit-learn's C; measured best of 1 to 100.
STRENGTH = 10.0
MEMORY = 8
MOST_STEPS = 100
# The largest slope at which we stop, a phrasing.
TOLERANCE = 1e-4
# So many rows are in memory as numbers that can be multiplied.
ROWS_AT_ONCE = 1024


class Block(Protocol):
    """Some columns of all rows: an array, or what makes one of the rows it is asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: Integers, /) -> npt.NDArray[np.floating]: ...


@dataclass(frozen=True)
class Classifier:
    """Weights [features + 1, classes], the last row being what each class starts from."""

    weights: Floats

    def probabilities(self, features: Floats) -> Floats:
        """Return the probability of each class for features [n, features], [n, classes]."""
        return _softmax(features @ self.weights[:-1] + self.weights[-1])


def fit(blocks: Sequence[Block], classes: Integers, count: int) -> Classifier:
    """Fit `count` classes to the columns of all `blocks` [n, any] and their classes [n].

    In blocks, so that 15,000 embeddings need not be copied beside other features. Minimises
    the mean cross entropy + |weights|^2 / (2 * STRENGTH * n), as scikit-learn does, by L-BFGS
    (Nocedal and Wright, "Numerical Optimization", algorithm 7.4).
    """
    width = sum(block.shape[1] for block in blocks)
    problem = Problem(blocks, classes)
    return Classifier(minimise(problem, np.zeros((width + 1, count), np.float32)))


class Problem:
    """What is to be minimised: the loss of all rows, of which a part is in memory at once."""

    def __init__(self, blocks: Sequence[Block], classes: Integers) -> None:
        edges = np.cumsum([0, *(block.shape[1] for block in blocks)]).tolist()
        self.blocks = list(zip(blocks, map(slice, edges[:-1], edges[1:]), strict=True))
        self.count = len(classes)
        self.parts = np.array_split(np.arange(self.count), -(-self.count // ROWS_AT_ONCE))
        self.classes = classes
        self.penalty = np.float32(1 / (STRENGTH * self.count))
        self.features = np.empty((min(ROWS_AT_ONCE, self.count), edges[-1]), np.float32)

    def __call__(self, weights: Floats) -> tuple[float, Floats]:
        """Return the loss at `weights` and its slope, of the weights' shape."""
        slope = np.zeros_like(weights)
        loss = sum(self._part(rows, weights, slope) for rows in self.parts) / self.count
        slope /= np.float32(self.count)
        slope[:-1] += self.penalty * weights[:-1]
        loss += float(self.penalty) / 2 * float(np.vdot(weights[:-1], weights[:-1]))
        return loss, slope

    def _part(self, rows: Integers, weights: Floats, slope: Floats) -> float:
        """Return the loss of some rows, and add their slope."""
        go_on()
        features = self._filled(rows)
        errors = features @ weights[:-1]
        errors += weights[-1]
        _softmax(errors)
        places = np.arange(len(rows)), self.classes[rows]
        loss = -float(np.log(np.maximum(errors[places], 1e-30)).sum())
        errors[places] -= 1
        slope[:-1] += features.T @ errors
        slope[-1] += errors.sum(axis=0)
        return loss

    def _filled(self, rows: Integers) -> Floats:
        """Return the features of some rows, until the next are asked for."""
        features = self.features[: len(rows)]
        for block, columns in self.blocks:
            features[:, columns] = block[rows]
        return features


def minimise(problem: Problem, weights: Floats) -> Floats:
    """Return the weights of the least loss, beginning at `weights`."""
    loss, slope = problem(weights)
    past: deque[tuple[Floats, Floats]] = deque(maxlen=MEMORY)
    for _ in range(MOST_STEPS):
        if np.abs(slope).max() < TOLERANCE:
            break
        direction = _direction(slope, past)
        found = _step(problem, weights, loss, slope, direction)
        if found is None:
            break
        moved, loss, next_slope = found
        past.append((moved - weights, next_slope - slope))
        weights, slope = moved, next_slope
    return weights


def _direction(slope: Floats, past: deque[tuple[Floats, Floats]]) -> Floats:
    """Return where to go down from `slope`, by the curvature that past steps have met."""
    direction = -slope
    shares = []
    for step, change in reversed(past):
        share = np.vdot(step, direction) / np.vdot(step, change)
        direction -= share * change
        shares.append(share)
    if past:
        step, change = past[-1]
        direction *= np.vdot(step, change) / np.vdot(change, change)
    for (step, change), share in zip(past, reversed(shares), strict=True):
        direction += (share - np.vdot(change, direction) / np.vdot(step, change)) * step
    return direction


def _step(
    problem: Problem, weights: Floats, loss: float, slope: Floats, direction: Floats
) -> tuple[Floats, float, Floats] | None:
    """Return the point, loss and slope after a step that lowers the loss enough, or None."""
    fall = float(np.vdot(slope, direction))
    length = 1.0
    for _ in range(20):
        moved = weights + np.float32(length) * direction
        next_loss, next_slope = problem(moved)
        if next_loss <= loss + 1e-4 * length * fall:
            return moved, next_loss, next_slope
        length /= 2
    return None


def _softmax(scores: Floats) -> Floats:
    """Return the probabilities of `scores` [n, classes], in their place."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
