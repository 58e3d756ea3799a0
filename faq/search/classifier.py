"""A multinomial logistic regression: how likely each entry is, given the question.

In numpy, because scikit-learn brings 99 MiB into every process that answers; the tests
hold it to scikit-learn's result.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]

# The inverse of the penalty on large weights, as scikit-learn's C; measured best of 1 to 100.
STRENGTH = 10.0
MEMORY = 8
MOST_STEPS = 100
# The largest slope at which we stop, a phrasing.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Classifier:
    """Weights [features + 1, classes], the last row being what each class starts from."""

    weights: Floats

    def probabilities(self, features: Floats) -> Floats:
        """Return the probability of each class for features [n, features], [n, classes]."""
        return _softmax(features @ self.weights[:-1] + self.weights[-1])


def fit(blocks: Sequence[Floats], classes: Integers, count: int) -> Classifier:
    """Fit `count` classes to the columns of all `blocks` [n, any] and their classes [n].

    In blocks, so that 15,000 embeddings need not be copied beside other features. Minimises
    the mean cross entropy + |weights|^2 / (2 * STRENGTH * n), as scikit-learn does, by L-BFGS
    (Nocedal and Wright, "Numerical Optimization", algorithm 7.4).
    """
    width = sum(block.shape[1] for block in blocks)
    problem = _Problem(blocks, classes)
    return Classifier(_minimise(problem, np.zeros((width + 1, count), np.float32)))


class _Problem:
    def __init__(self, blocks: Sequence[Floats], classes: Integers) -> None:
        edges = np.cumsum([0, *(block.shape[1] for block in blocks)]).tolist()
        self.blocks = list(zip(blocks, map(slice, edges[:-1], edges[1:]), strict=True))
        self.rows = np.arange(len(classes))
        self.classes = classes
        self.penalty = np.float32(1 / (STRENGTH * len(classes)))

    def __call__(self, weights: Floats) -> tuple[float, Floats]:
        """Return the loss at `weights` and its slope, of the weights' shape."""
        chances = np.tile(weights[-1], (len(self.rows), 1))
        for block, part in self.blocks:
            chances += block @ weights[part]
        _softmax(chances)
        hit = chances[self.rows, self.classes]
        loss = -float(np.log(np.maximum(hit, 1e-30)).mean())
        loss += float(self.penalty) / 2 * float(np.vdot(weights[:-1], weights[:-1]))
        chances[self.rows, self.classes] -= 1
        chances /= np.float32(len(self.rows))
        return loss, self._slope(weights, chances)

    def _slope(self, weights: Floats, errors: Floats) -> Floats:
        slope = np.empty_like(weights)
        for block, part in self.blocks:
            np.matmul(block.T, errors, out=slope[part])
        slope[:-1] += self.penalty * weights[:-1]
        slope[-1] = errors.sum(axis=0)
        return slope


def _minimise(problem: _Problem, weights: Floats) -> Floats:
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
    problem: _Problem, weights: Floats, loss: float, slope: Floats, direction: Floats
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
