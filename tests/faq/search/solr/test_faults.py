"""Whatever Solr does, the customer is answered within two seconds, and it is told by whom."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from prometheus_client import REGISTRY

import faq.search
from faq.search import search
from faq.search.solr import link as links
from faq.search.solr.engine import AWAY
from faq.search.solr.link import PATIENCE
from tests.faq.search.solr import rubbish
from tests.services.patience import EVENTUALLY, within

pytestmark = pytest.mark.django_db
# Seconds in which a customer has an answer.
LONGEST = 2.0


@pytest.fixture
def server(model, desk, knowledge, settings) -> Iterator[rubbish.Rubbish]:
    """The desk's entries are known to this process, and Solr is somebody else."""
    search("hello")
    knowledge.settle()
    settings.FAQ_ENGINE = "solr"
    with rubbish.running() as server:
        settings.SOLR_URL = f"{server.url}/faq"
        links._link.cache_clear()
        yield server
        links.current().close()
        links._link.cache_clear()


def answered(text: str = "i forgot my password") -> str:
    """The engine that has answered a question, and rightly."""
    result = search(text)
    assert (result.band, result.hits[0].title) == ("answer", "Reset a password")
    return result.engine


BODIES = {
    "no JSON": b"<html>Service unavailable</html>",
    "nothing": b"",
    "half of it": b'{"response": {"docs": [',
    "not UTF-8": b"\xff\xfe{}",
    "a list": b"[]",
    "a number": b"7",
    "an empty object": b"{}",
    "no documents": b'{"response": {}}',
    "documents of another shape": b'{"response": {"docs": [1, 2]}}',
    "fields of another shape": b'{"response": {"docs": [{"entry_id": 1, "text": null}]}}',
    "documents that are none": b'{"response": {"docs": "abc"}}',
    "an error as if it were none": b'{"error": {"msg": "shard down", "code": 503}}',
    "deep nesting": b"[" * 100_000,
    "an empty index": b'{"response": {"numFound": 0, "docs": []}}',
}


@pytest.mark.parametrize("body", BODIES)
def test_rubbish_is_not_believed(server, body):
    server.says = BODIES[body]
    assert answered() == AWAY
    assert server.asked >= 1


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 500, 503])
def test_an_error_is_no_answer(server, status):
    server.status = status
    server.says = b'{"response": {"docs": []}}'
    assert answered() == AWAY
    assert links.current().breaker.reason == f"HTTP {status}"


@pytest.mark.parametrize("how", ["holds", "drips", "endless"])
def test_who_does_not_come_to_an_end_is_not_waited_for(server, how):
    setattr(server, how, True)
    started = time.monotonic()
    assert answered() == AWAY
    took = time.monotonic() - started
    # What never ends is too long sooner or later: sooner, where the machine reads fast.
    assert took > PATIENCE / 2 or how == "endless"
    assert took < within(LONGEST)
    # The next one does not even try.
    before = server.asked
    assert answered() == AWAY
    assert server.asked == before


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_metrics_and_the_admin_s_pages_say_who_answers_instead(server, dans_browser):
    before = counted("helpdesk_search_fallbacks_total", engine="solr")
    server.status = 503
    assert answered() == AWAY
    assert counted("helpdesk_engine_away", engine="solr") == 1
    assert counted("helpdesk_search_fallbacks_total", engine="solr") == before + 1
    assert "Solr is away" in dans_browser.get("/admin/").content.decode()


def test_nobody_there_is_no_wait(server, settings):
    settings.SOLR_URL = "http://127.0.0.1:9/solr/faq"
    assert answered() == AWAY
    assert "no connection" in links.current().breaker.reason


def test_documents_that_this_process_does_not_know_are_passed_over(server, desk):
    known = {"entry_id": str(desk["reset"].pk), "text": "lost password"}
    other = {"entry_id": "999999", "text": "lost password"}
    old = {"entry_id": str(desk["vpn"].pk), "text": "a wording of yesterday"}
    server.says = json.dumps({"response": {"docs": [other, old, known]}}).encode()
    links.current().patience = 20
    result = search("i forgot my password")
    assert (result.band, result.engine) == ("answer", "solr")
    assert result.hits[0].title == "Reset a password"
    # What it does not know may have taken the places of what it knows.
    assert "Change a password" in [hit.title for hit in result.hits]


def test_the_log_says_what_failed_and_nothing_of_the_question(server, caplog):
    server.status = 500
    server.says = b'{"error": {"msg": "undefined field secretword"}}'
    search("my secretword is lost")
    assert "HTTP 500" in caplog.text
    assert "secretword" not in caplog.text


def test_a_paused_solr_is_left_alone_until_it_goes_on(indexed, link, solr):
    link.patience = PATIENCE
    solr.pause()
    started = time.monotonic()
    try:
        assert answered() == AWAY
        assert answered() == AWAY
        assert time.monotonic() - started < within(LONGEST)
    finally:
        solr.resume()
    link.patience = 20
    assert wait_until(lambda: answered() == "solr", EVENTUALLY)


def test_stopped_and_restarted_empty_it_is_filled_again(indexed, link, solr, keeper):
    solr.stop()
    assert answered() == AWAY
    assert not keeper.look()
    solr.wipe()
    assert keeper.look()
    assert wait_until(lambda: answered() == "solr", EVENTUALLY)


def test_many_customers_do_not_wait_for_each_other(indexed, link, solr):
    """One after the other they would wait for half a minute."""
    link.patience = PATIENCE
    solr.pause()
    seconds: list[float] = []

    def ask() -> None:
        started = time.monotonic()
        corpus, learned = faq.search.knowledge.snapshot()[:2]
        question = faq.search.Question("lost password", corpus.vectors[0], corpus)
        found = faq.search.find(
            question, faq.search.SolrEngine(link), learned, limit=1, started=started
        )
        assert found.engine == AWAY
        seconds.append(time.monotonic() - started)
        connection.close()

    try:
        threads = [threading.Thread(target=ask) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        solr.resume()
    assert len(seconds) == 40
    assert max(seconds) < within(3 * LONGEST)


def wait_until(ready, seconds: float) -> bool:
    """Whether `ready()` came true in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
