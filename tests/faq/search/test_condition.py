"""How the chosen engine is, for admins."""

import sys

import pytest

from faq.search import embeddings, health
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


def test_the_embedded_engine_is_well_with_its_model(model):
    assert health().is_well
    assert health().engine == "embedded"


def test_admins_are_told_where_the_search_goes_by_words_alone(no_model, dans_browser):
    assert "finds by words only" in dans_browser.get("/admin/").content.decode()


def test_admins_are_told_where_the_encoder_is_missing(model, settings, tmp_path, dans_browser):
    settings.UNIVERSAL_MODEL_DIR = tmp_path
    assert "multilingual encoder is missing" in dans_browser.get("/admin/").content.decode()


def test_and_where_the_model_does_not_load_until_it_does(model, monkeypatch):
    embeddings._load.cache_clear()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "onnxruntime", None)
        with pytest.raises(embeddings.ModelMissing):
            embeddings.embed(["wifi"])
    assert "finds by words only" in health().trouble
    embeddings.embed(["wifi"])
    assert health().is_well


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
