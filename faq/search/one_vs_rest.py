"""One logistic regression an entry against all others: a question may be none of them.

As Shu et al., "DOC: Deep Open Classification of Text Documents" (2017), and beside the wordings
mixtures of two entries' as what is no entry's (Zhan et al., "Out-of-Scope Intent Detection with
Self-Supervision and Discriminative Training", 2021): so nothing but the FAQ is learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faq.search.classifier import Block, Classifier, Floats, Integers, Problem, minimise

# How much of a mixture is the first of its two wordings.
SHARES = (0.3, 0.7)
# What a mixture counts beside a wording, of which there are as many.
MIXTURE = 0.25


@dataclass(frozen=True)
class OneVsRest:
    """Weights [features + 1, classes], the last row being what each class starts from."""

    weights: Floats

    def probabilities(self, features: Floats) -> Floats:
        """Return the probability of each class for features [n, features], [n, classes], which
        need not sum to one: of what is no class's, all are low."""
        return _sigmoid(features @ self.weights[:-1] + self.weights[-1])


def fit(blocks: Sequence[Block], classes: Integers, near: Classifier) -> OneVsRest:
    """Fit each class against all others, to the columns of all `blocks` [n, any] and their
    classes [n].

    Minimises the sum over the classes of what scikit-learn minimises for each, plus the
    mixtures' loss. Begins at `near`, the classifier of the same, which saves steps.
    """
    weights = near.weights.copy()
    weights[-1] -= np.float32(np.log(weights.shape[1]))
    return OneVsRest(minimise(_EachAgainstRest(blocks, classes), weights))


@dataclass(frozen=True)
class _Mixtures:
    """Of each row of a part with the next: `shares` [n, 1] of it and of the next one, as
    they are multiplied to be as long as the two; and what they count [n, 1], nothing where both
    are of one class."""

    shares: Floats
    others: Floats
    counts: Floats

    def of(self, scores: Floats) -> Floats:
        """Return the mixtures' scores [n, classes] by those of the rows, both without what
        the classes start from: the rows themselves need not be mixed."""
        return self.shares * scores + self.others * np.roll(scores, -1, axis=0)

    def back(self, errors: Floats) -> Floats:
        """Return what the mixtures' errors [n, classes] are to the rows."""
        return self.shares * errors + np.roll(self.others * errors, 1, axis=0)


class _EachAgainstRest(Problem):
    def __init__(self, blocks: Sequence[Block], classes: Integers) -> None:
        super().__init__(blocks, classes)
        random = np.random.default_rng(0)
        # In any order, so that the next row is of another class.
        order = random.permutation(self.count)
        self.parts = [order[part] for part in self.parts]
        self.mixtures = {part[0]: self._mixtures(part, random) for part in self.parts}

    def _mixtures(self, rows: Integers, random: np.random.Generator) -> _Mixtures:
        features = self._filled(rows)
        share = random.uniform(*SHARES, len(rows))
        lengths = np.sqrt(np.einsum("ij,ij->i", features, features))
        products = np.empty(len(rows))
        products[:-1] = np.einsum("ij,ij->i", features[:-1], features[1:])
        products[-1] = features[-1] @ features[0]
        one, other = share * lengths, (1 - share) * np.roll(lengths, -1)
        mixed = one**2 + other**2 + 2 * share * (1 - share) * products
        scale = (one + other) / np.sqrt(np.maximum(mixed, 1e-9))
        differ = self.classes[rows] != np.roll(self.classes[rows], -1)
        parts = (scale * share, scale * (1 - share), MIXTURE * differ)
        return _Mixtures(*(part.astype(np.float32)[:, None] for part in parts))

    def _part(self, rows: Integers, weights: Floats, slope: Floats) -> float:
        features, mixtures = self._filled(rows), self.mixtures[rows[0]]
        errors = features @ weights[:-1]
        mixed = mixtures.of(errors)
        errors += weights[-1]
        mixed += weights[-1]
        places = np.arange(len(rows)), self.classes[rows]
        own = errors[places]
        loss = _loss(_sigmoid(errors), places, own) + _loss_of_none(_sigmoid(mixed), mixtures)
        errors[places] -= 1
        mixed *= mixtures.counts
        slope[-1] += errors.sum(axis=0) + mixed.sum(axis=0)
        errors += mixtures.back(mixed)
        slope[:-1] += features.T @ errors
        return loss


def _loss(chances: Floats, places: tuple[Integers, Integers], own: Floats) -> float:
    """Return the loss of probabilities [n, classes] that should be 1 at `places`, where the
    scores are `own` [n], and 0 elsewhere."""
    logarithms = _of_rest(chances)
    logarithms[places] = -np.logaddexp(0, -own)
    return -float(logarithms.sum(dtype=np.float64))


def _loss_of_none(chances: Floats, mixtures: _Mixtures) -> float:
    return -float((mixtures.counts * _of_rest(chances)).sum(dtype=np.float64))


def _of_rest(chances: Floats) -> Floats:
    """Return log(1 - chances); 1e-7 is as near to 1 as numbers of this precision come."""
    logarithms: Floats = np.log(np.maximum(1 - chances, 1e-7))
    return logarithms


def _sigmoid(scores: Floats) -> Floats:
    """Return 1 / (1 + exp(-scores)) of `scores`, in their place."""
    np.clip(scores, -60, 60, out=scores)
    np.negative(scores, out=scores)
    np.exp(scores, out=scores)
    scores += 1
    return np.reciprocal(scores, out=scores)
