"""A serving process keeps the index in step with the database by itself."""

import time
from collections.abc import Callable

import httpx
import pytest
from django.db import transaction

import faq.search
from faq.models import Phrasing
from faq.search.solr import keeper as keepers
from faq.search.solr.client import Away
from faq.search.solr.index import indexed as states_in
from faq.search.solr.keeper import Keeper
from tests.services.patience import within


def wait_until(ready: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


@pytest.fixture
def running(monkeypatch):
    """A keeper with its thread, which looks by itself only once an hour."""
    monkeypatch.setattr(keepers, "EVERY", 3600)
    keeper = Keeper(lambda: faq.search.knowledge.current()[0])
    keeper.begin()
    yield keeper
    keeper.stop(60)


@pytest.mark.django_db(transaction=True)
def test_pushes_a_change_once_it_is_committed(model, link, desk, running):
    def count() -> int:
        return sum(states_in(link.client, link.index).values())

    wait_until(lambda: count() == 12)
    with transaction.atomic():
        Phrasing.objects.create(entry=desk["vpn"], text="tunnel to the campus")
        time.sleep(0.3)
        assert count() == 12
    wait_until(lambda: count() == 13)


@pytest.mark.django_db
def test_goes_on_after_trouble_and_tells_it_once(model, link, desk, keeper, monkeypatch, caplog):
    def broken(*arguments: object) -> None:
        raise Away("HTTP 503")

    monkeypatch.setattr(keepers, "indexed", broken)
    monkeypatch.setattr(link.place, "exists", lambda index: True)
    assert not keeper.look()
    assert not keeper.look()
    assert caplog.text.count("cannot be kept in step: HTTP 503") == 1
    monkeypatch.undo()
    assert keeper.look()
    assert not link.breaker.is_open


@pytest.mark.server
@pytest.mark.timeout(400)
def test_a_server_mends_its_index_without_a_command(models, make_desk, solr):
    """It makes the index, and makes it again after somebody emptied it."""
    index = f"{solr.url}/demo"

    def count() -> int:
        answer = httpx.get(f"{index}/select", params={"q": "*:*", "rows": 0}, timeout=20)
        return answer.json()["response"]["numFound"] if answer.status_code == 200 else 0

    desk = make_desk(faq_engine="solr", solr_url=index)
    server = desk.server()
    wait_until(lambda: count() > 400)
    emptied = {"delete": {"query": "*:*"}}
    httpx.post(f"{index}/update", params={"commit": "true"}, json=emptied, timeout=20)
    assert count() == 0
    wait_until(lambda: "agree" in desk.manage("index_faq", "--check", check=False), within(60))
    server.stop()
    assert count() > 400
