"""How the chosen engine is, for admins."""

import pytest

from faq.search import health
from faq.search.solr import link as links


@pytest.fixture
def broken(settings):
    """A desk whose Solr has just failed."""
    settings.FAQ_ENGINE = "solr"
    settings.SOLR_URL = "http://127.0.0.1:9/solr/faq"
    links.current().breaker.failed("no connection")
    yield
    links.current().breaker.succeeded(trial=True)
    links._link.cache_clear()


def test_the_embedded_engine_is_always_well():
    assert health().is_well
    assert health().engine == "embedded"


def test_solr_is_well_until_it_fails_and_again_after(broken):
    assert "Solr is away" in health().trouble
    assert "no connection" in health().trouble
    links.current().breaker.succeeded(trial=True)
    assert health().is_well


@pytest.mark.parametrize("page", ["/admin/", "/admin/faq/entry/try/"])
def test_admins_are_told_on_their_pages(broken, dans_browser, page):
    assert "Solr is away" in dans_browser.get(page).content.decode()


def test_nobody_else_is_told(broken, client, db):
    assert "Solr" not in client.get("/admin/login/").content.decode()


def test_without_trouble_nothing_is_said(dans_browser):
    assert "Solr is away" not in dans_browser.get("/admin/").content.decode()
