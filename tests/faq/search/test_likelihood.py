"""Whether a question is one of an entry's or of one that is not there: on made-up embeddings."""

import numpy as np
import pytest

from faq.search import likelihood
from faq.search.corpus import DIMENSIONS
from faq.search.likelihood import fit

ENTRIES, EACH = 40, 100


class World:
    """Entries somewhere, and wordings around them, in some directions more than in others."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(0)
        self.spread = self.random.uniform(0.5, 2.0, DIMENSIONS) / DIMENSIONS**0.5
        self.centres = self.places(ENTRIES)
        self.classes = np.repeat(np.arange(ENTRIES), EACH)
        self.vectors = self.around(self.centres[self.classes])

    def places(self, count: int):
        return (self.random.normal(size=(count, DIMENSIONS)) * 0.05).astype(np.float32)

    def around(self, centres):
        noise = self.random.normal(size=centres.shape) * self.spread
        return (centres + noise).astype(np.float32)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def fitted(world):
    return fit(world.vectors, world.classes, ENTRIES)


def test_a_new_wording_is_likelier_its_entry_s_and_a_stranger_nobody_s(world, fitted):
    everybody = np.arange(ENTRIES)
    shares = np.array([fitted(one, everybody) for one in world.around(world.centres)])
    own = shares.diagonal()
    assert shares.argmax(axis=1).tolist() == everybody.tolist()
    assert own.min() > 0.5
    strangers = [fitted(one, everybody).max() for one in world.around(world.places(100))]
    assert np.mean(np.array(strangers) < 0.5) > 0.95
    assert np.median(strangers) < np.median(own)


def test_turned_all_directions_are_alike_within_an_entry(world, monkeypatch):
    monkeypatch.setattr(likelihood, "SHRINKAGE", 0.0)
    plain = fit(world.vectors, world.classes, ENTRIES)
    turned = (world.vectors - plain.mean) @ plain.turn
    centres = np.array([turned[world.classes == one].mean(axis=0) for one in range(ENTRIES)])
    within = turned - centres[world.classes]
    covariance = within.T @ within / (len(within) - ENTRIES)
    assert np.abs(covariance - np.eye(DIMENSIONS)).max() < 0.01


def test_it_is_the_ratio_of_two_normal_densities(world, fitted):
    """Of the next wording of an entry, and of the first one of an entry that is not there."""
    place = (world.vectors[7] - fitted.mean) @ fitted.turn
    kept, between = world.vectors[world.classes == 3], fitted.between.astype(np.float64)
    mean = ((kept - fitted.mean) @ fitted.turn).mean(axis=0)
    weight = len(kept) * between / (len(kept) * between + 1)
    expected, variance = weight * mean, 1 + between / (len(kept) * between + 1)

    def density(at, variance):
        return -0.5 * (at**2 / variance + np.log(variance)).sum()

    ratio = density(place - expected, variance) - density(place, 1 + between)
    share = 1 / (1 + np.exp(-ratio / likelihood.TEMPERATURE))
    assert fitted(world.vectors[7], np.array([3]))[0] == pytest.approx(share, abs=1e-4)
