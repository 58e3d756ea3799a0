"""An index of each test's own in the Solr of the session."""

import itertools
from collections.abc import Iterator

import pytest

import faq.search
from faq.search.solr import link as links
from faq.search.solr.keeper import Keeper
from faq.search.solr.link import Link
from tests.services.solr import Solr

PATIENCE = 20.0
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """This process's keeper, which looks when a test says so and not by itself."""
    fresh = Keeper(lambda: faq.search.knowledge.current()[0])
    monkeypatch.setattr(fresh, "begin", lambda: None)
    monkeypatch.setattr(faq.search, "keeper", fresh)
    return fresh


@pytest.fixture
def link(solr: Solr, settings) -> Iterator[Link]:
    """The settings of a desk that asks Solr, whose index holds what the test before left."""
    yield from _linked(f"{solr.url}/faq", settings)


@pytest.fixture
def new_link(solr: Solr, settings) -> Iterator[Link]:
    """The settings of a desk that asks Solr and has no index there yet."""
    for link in _linked(f"{solr.url}/faq{next(_numbers)}", settings):
        yield link
        solr.resume()
        if solr.running and link.place.exists(link.index):
            link.place.drop(link.index)


def _linked(url: str, settings) -> Iterator[Link]:
    settings.FAQ_ENGINE = "solr"
    settings.SOLR_URL = url
    links._link.cache_clear()
    link = links.current()
    # A Solr that has just been started, beside other tests, is slow at first.
    link.patience = PATIENCE
    yield link
    link.close()
    links._link.cache_clear()


@pytest.fixture
def indexed(model, link: Link, desk: dict, keeper: Keeper, knowledge) -> dict:
    """The small FAQ of tests/faq/conftest.py, in Solr and learned."""
    assert keeper.look()
    assert knowledge.settle()
    return desk
