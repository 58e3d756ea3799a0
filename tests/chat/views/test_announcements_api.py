"""Announcements over HTTP: by a token, or by a person with the right."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chat.models import Announcement, ApiToken

pytestmark = pytest.mark.django_db
ADDRESS = "/api/announcements/"


@pytest.fixture
def right(carol):
    carol.user_permissions.add(Permission.objects.get(codename="announce"))
    return carol


def token(**fields) -> dict[str, str]:
    """The header of a new token."""
    key = ApiToken.new_key()
    options = {"name": "monitoring", "may_announce": True, **fields}
    ApiToken.objects.create(key_hash=ApiToken.hash_of(key), **options)
    return {"Authorization": f"Bearer {key}"}


def post(browser, path="", body=None, headers=None, method="post"):
    send = getattr(browser, method)
    text = body if isinstance(body, str) else json.dumps(body or {})
    return send(ADDRESS + path, text, content_type="application/json", headers=headers)


def test_a_program_announces_with_its_token(db):
    answer = post(Client(enforce_csrf_checks=True), body={"text": "Printers rest"}, headers=token())
    assert answer.status_code == 201
    said = answer.json()["announcement"]
    assert (said["text"], said["from"], said["state"]) == ("Printers rest", "monitoring", "live")
    assert said["counts"] == {"reached": 0, "seen": 0, "dismissed": 0, "devices": 0}
    assert ApiToken.objects.get().used_at is not None


def test_only_the_hash_of_a_key_is_kept(db):
    key = token()["Authorization"].removeprefix("Bearer ")
    row = ApiToken.objects.values().get()
    assert key not in str(row)
    assert ApiToken.of(key).pk == row["id"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer helpdesk_guess"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic YTpi"}, 401),
        ({"Authorization": "Bearer \u00e9"}, 401),
    ],
)
def test_who_has_no_such_token_does_not(headers, status, right, carols_browser):
    # Not even from a browser that is logged in.
    answer = post(carols_browser, body={"text": "x"}, headers=headers)
    assert answer.status_code == status
    assert not Announcement.objects.exists()


def test_a_token_without_the_right_or_switched_off_does_not(db):
    assert post(Client(), body={"text": "x"}, headers=token(may_announce=False)).status_code == 403
    assert post(Client(), body={"text": "x"}, headers=token(is_active=False)).status_code == 401
    assert not Announcement.objects.exists()


def test_an_agent_with_the_right_does(right, carols_browser):
    assert post(carols_browser, body={"text": "Hello all"}).status_code == 201
    (listed,) = carols_browser.get(ADDRESS).json()["announcements"]
    assert listed["from"] == "Carol"


def test_others_do_not(carols_browser):
    assert post(carols_browser, body={"text": "x"}).status_code == 403
    assert carols_browser.get(ADDRESS).status_code == 403
    assert post(Client(), body={"text": "x"}).status_code == 401


def test_another_site_s_page_does_not(right):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(right)
    assert post(browser, body={"text": "x"}).status_code == 403
    assert not Announcement.objects.exists()


def test_it_is_edited_and_withdrawn(right, carols_browser):
    made = post(carols_browser, body={"text": "10 o'clock", "form": "message"}).json()
    public_id = made["announcement"]["id"]
    edited = post(carols_browser, f"{public_id}/", {"text": "11 o'clock"}, method="patch")
    assert edited.json()["announcement"]["text"] == "11 o'clock"
    assert post(carols_browser, f"{public_id}/withdraw/").json()["announcement"]["withdrawn"]
    assert post(carols_browser, f"{public_id}/", {"text": "x"}, method="patch").status_code == 409
    assert post(carols_browser, "none/withdraw/").status_code == 404
    assert carols_browser.get(f"{ADDRESS}none/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": 5},
        {"text": ""},
        {"text": "x", "audience": "friends"},
        {"text": "x", "form": "popup"},
        {"text": "x", "starts_at": "tomorrow"},
        {"text": "x", "expires_at": "2026-01-01T00:00:00"},
        {"text": "x", "unknown": 1},
        {"text": "x", "client_id": "y" * 65},
        "[]",
        "{",
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(body, right, carols_browser):
    answer = post(carols_browser, body=body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["message"]


def test_the_page_is_for_those_with_the_right(right, carols_browser, franks_browser):
    assert carols_browser.get("/agent/announcements/").status_code == 200
    assert franks_browser.get("/agent/announcements/").status_code == 403
    assert Client().get("/agent/announcements/").status_code == 302
