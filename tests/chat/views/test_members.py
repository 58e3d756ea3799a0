"""The members' page, and tokens over HTTP."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from chat import access, member_tokens
from chat.errors import NotAllowed
from tests.services.cast import logged_in

pytestmark = pytest.mark.django_db
TOKEN = "/api/member/token/"


def test_the_page_is_for_who_logs_in_and_has_an_address(db):
    assert Client().get("/conversations/").status_code == 302
    eve = logged_in(User.objects.create_user("eve"))
    refused = eve.get("/conversations/")
    assert refused.status_code == 403
    assert "Your account has no e-mail address." in refused.content.decode()
    alice = User.objects.create_user("alice", email="Alice@example.edu")
    EmailAddress.objects.create(user=alice, email="alice@example.edu", verified=True)
    alice = logged_in(alice)
    for path in ("/conversations/", "/conversations/0123/"):
        page = alice.get(path)
        assert page.status_code == 200
        assert 'data-email="alice@example.edu"' in page.content.decode()


def post(browser: Client, body: object):
    return browser.post(TOKEN, body, content_type="application/json")


def test_a_token_for_who_may_make_one(carol, carols_browser, dans_browser):
    assert post(Client(), {"email": "a@b.c"}).status_code == 401
    assert post(carols_browser, {"email": "a@b.c"}).status_code == 403
    carol.user_permissions.add(Permission.objects.get(codename="add_memberaddress"))
    for browser in (carols_browser, dans_browser):
        answer = post(browser, {"email": "A@b.c", "days": 3}).json()
        assert member_tokens.read(answer["token"]).email == answer["email"] == "a@b.c"
    for wrong in (
        {},
        {"email": "x"},
        {"email": "a@b.c", "days": 0},
        {"email": "a@b.c", "days": "3"},
    ):
        assert post(dans_browser, wrong).status_code == 400
    assert dans_browser.get(TOKEN).status_code == 405


# ── who has not shown that an address is theirs ──


@pytest.mark.parametrize("has_row", [True, False])
def test_an_address_that_is_only_claimed_opens_nothing(has_row, db):
    mallory = User.objects.create_user("mallory", email="alice@example.edu")
    if has_row:
        EmailAddress.objects.create(user=mallory, email="alice@example.edu", primary=True)
    assert not access.owns_address(mallory, "alice@example.edu")
    assert logged_in(mallory).get("/conversations/").status_code == 403
    with pytest.raises(NotAllowed):
        access.member(SessionStore(), mallory, "alice@example.edu")


def test_an_agent_has_the_address_that_an_admin_gave(carol):
    carol.email = "Carol@example.edu"
    assert access.owns_address(carol, "carol@example.edu")
    EmailAddress.objects.create(user=carol, email="other@example.edu")
    assert not access.owns_address(carol, "carol@example.edu")
