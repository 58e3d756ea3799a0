"""/metrics: what this process has counted, for those who may see it."""

import pytest
from django.test import Client

from chat import metrics
from faq.search import search

pytestmark = pytest.mark.django_db


def told(client: Client | None = None, **headers: str) -> str:
    answer = (client or Client()).get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def value(line: str) -> float:
    """What /metrics says of a name with its labels; 0 before it was ever counted."""
    found = [one for one in told().splitlines() if one.startswith(f"{line} ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_turns_are_counted_by_outcome_and_band():
    turns = 'helpdesk_bot_turns_total{outcome="answer"}'
    bands = 'helpdesk_bot_bands_total{band="answer",engine="solr"}'
    before = value(turns), value(bands)
    metrics.count_turn("answer", 20.0)
    metrics.count_band({"search": {"band": "answer", "engine": "solr"}})
    metrics.count_band({"choice": 7})
    assert (value(turns), value(bands)) == (before[0] + 1, before[1] + 1)


def test_searches_are_timed_by_engine():
    name = 'helpdesk_search_seconds_count{band="none",engine="embedded'
    before = told().count(name)
    search("xyzzy")
    assert name in told()
    assert told().count(name) >= before


def test_the_process_itself_is_there_too():
    text = told()
    assert "helpdesk_sockets 0.0" in text
    assert "helpdesk_process_memory_bytes" in text
    assert "helpdesk_engine_away" in text


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.7", ""])
def test_other_machines_are_refused(address):
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 403


def test_a_proxy_here_speaks_for_others():
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert Client().get("/metrics", headers=headers).status_code == 403
    told(**{"X-Forwarded-For": "127.0.0.1"})


def test_a_token_is_wanted_of_everybody_where_one_is_set(settings):
    here, elsewhere = Client(), Client(REMOTE_ADDR="203.0.113.9")
    no_token = {"Authorization": "Bearer "}
    assert elsewhere.get("/metrics", headers=no_token).status_code == 403
    settings.METRICS_TOKEN = "a-token-for-the-tests"
    for client in (here, elsewhere):
        assert "helpdesk_sockets" in told(client, Authorization="Bearer a-token-for-the-tests")
        for given in ({}, no_token, {"Authorization": "Bearer another"}):
            assert client.get("/metrics", headers=given).status_code == 403


def test_it_is_only_read():
    assert Client().post("/metrics").status_code in (403, 405)
