"""A program that asks a REST address wrongly gets JSON, a person at a page a page."""

import pytest
from django.test import AsyncClient, Client

pytestmark = pytest.mark.django_db


def said(answer) -> str:
    assert answer.headers["Content-Type"] == "application/json"
    content = answer.json()
    assert content.keys() == {"success", "message"}
    assert content["success"] is False
    return content["message"]


def test_a_missing_csrf_token(carol):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(carol)
    answer = browser.post("/api/agent/takeover/alice/")
    assert answer.status_code == 403
    assert "CSRF token" in said(answer)


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("get", "/api/agent/takeover/alice/", "POST"),
        ("post", "/api/agent/dashboard/", "GET"),
        ("post", "/api/conversation/alice/", "GET, HEAD"),
        ("delete", "/healthz", "GET, HEAD"),
    ],
)
def test_a_method_that_the_address_does_not_take(carols_browser, method, address, allowed):
    answer = getattr(carols_browser, method)(address)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert said(answer) == f"This address takes {allowed} only."


def test_an_unknown_address(carols_browser):
    answer = carols_browser.get("/api/agents/")
    assert answer.status_code == 404
    assert said(answer) == "There is nothing at this address."


def test_a_failure_of_ours(carols_browser, monkeypatch):
    monkeypatch.setattr("chat.views.agent_api.summaries.listed", lambda: 1 / 0)
    carols_browser.raise_request_exception = False
    answer = carols_browser.get("/api/agent/dashboard/")
    assert answer.status_code == 500
    assert "Something went wrong" in said(answer)


def test_a_body_that_is_too_large(alice, carols_browser):
    address = f"/api/agent/transfer/{alice.conversation.public_id}/"
    answer = carols_browser.post(address, b"x" * 300_000, content_type="application/json")
    assert answer.status_code == 413
    assert said(answer) == "The body is too large: at most 256 KiB."


def test_a_page_stays_a_page(carol):
    browser = Client(enforce_csrf_checks=True)
    for answer in (browser.get("/no/such/page/"), browser.post("/accounts/login/", {})):
        assert answer.status_code in (403, 404)
        assert answer.headers["Content-Type"].startswith("text/html")


def test_both_headers_against_framing_say_the_same(carols_browser):
    headers = carols_browser.get("/agent/dashboard/").headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
async def test_as_the_server_asks_without_blocking_its_loop(carol):
    browser = AsyncClient(enforce_csrf_checks=True)
    # A form is read while Django looks for its CSRF token.
    browser.cookies["csrftoken"] = "x" * 32
    large = await browser.post("/api/agent/takeover/alice/", {"x": "x" * 300_000})
    assert (large.status_code, "too large" in said(large)) == (413, True)
    missing = await AsyncClient(enforce_csrf_checks=True).post("/api/agent/takeover/alice/")
    assert (missing.status_code, "CSRF" in said(missing)) == (403, True)
