"""healthz: the process answers. readyz: it can do its work."""

import pytest
from django.test import Client

from chat.hub import Hub
from chat.log import Writer
from chat.views import health

pytestmark = pytest.mark.django_db


def test_the_process_answers():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_services_it_is_not_ready():
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "database": "ok",
        "services": "not started",
        "redis": "not used",
    }


@pytest.fixture
def services(monkeypatch):
    hub = type("Running", (), {"is_draining": False, "relay": type("Relay", (), {"layer": None})})()
    monkeypatch.setattr(Hub, "running", hub)
    monkeypatch.setattr(Writer, "running", object())
    return hub


def test_with_database_and_services_it_is_ready(services):
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_while_it_stops_it_is_not_ready(services):
    services.is_draining = True
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["services"]) == (503, "stopping")


def test_without_its_database_it_is_not_ready_and_says_why(services, monkeypatch):
    class Broken:
        def cursor(self):
            raise OSError

    monkeypatch.setattr(health, "connection", Broken())
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "OSError")


@pytest.mark.parametrize(("is_up", "told"), [(True, "ok"), (False, "away")])
def test_a_redis_that_is_away_is_told_and_not_required(is_up, told, services):
    services.relay.layer, services.relay.is_up = object(), is_up
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, told)
