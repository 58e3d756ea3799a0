"""The agents' pages: a login, then the group."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.services.cast import logged_in

pytestmark = pytest.mark.django_db
PAGES = ("/agent/dashboard/", "/agent/chat/alice/")


@pytest.mark.parametrize("path", PAGES)
def test_an_agent_sees_it(path, carols_browser, dans_browser):
    for browser in (carols_browser, dans_browser):
        page = browser.get(path)
        assert page.status_code == 200
        assert "agent/dashboard.html" in [template.name for template in page.templates]


@pytest.mark.parametrize("path", PAGES)
def test_without_a_login_it_is_the_login_page(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_who_is_no_agent_is_told_so(path, db):
    eve = logged_in(User.objects.create_user("eve"))
    assert eve.get(path).status_code == 403


def test_an_agent_logs_in_and_out(carol):
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "carol", "password": "carol"})
    assert answer["Location"] == "/agent/dashboard/"
    assert browser.get("/agent/dashboard/").status_code == 200
    assert browser.get("/accounts/logout/").status_code == 200  # asks, and does nothing
    assert browser.get("/agent/dashboard/").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/agent/dashboard/").status_code == 302


def test_a_login_leads_to_no_other_site(carol):
    fields = {"login": "carol", "password": "carol", "next": "https://evil.example/"}
    assert Client().post("/accounts/login/", fields)["Location"] == "/agent/dashboard/"
