"""Dan looks after the people: who answers, who may open the admin; and how one gets in."""

import re

import pytest
from django.contrib.auth.models import Group, User

from chat import agents
from tests.services.cast import logged_in

pytestmark = pytest.mark.django_db
PERSON = "/admin/auth/user/{}/change/"


@pytest.fixture
def erin() -> User:
    return User.objects.create_user("erin", password="erin-is-here")


def test_dan_makes_somebody_an_agent(erin, dans_browser):
    group, _ = Group.objects.get_or_create(name=agents.GROUP)
    page = dans_browser.get(PERSON.format(erin.pk)).content.decode()
    assert re.search(rf'type="checkbox" name="groups" value="{group.pk}"', page)
    form = {"username": "erin", "is_active": "on", "groups": [group.pk], "first_name": "Erin"}
    assert dans_browser.post(PERSON.format(erin.pk), form).status_code == 302
    assert erin in agents.everybody()
    erin.refresh_from_db()
    assert erin.first_name == "Erin"
    assert erin.check_password("erin-is-here")
    dans_browser.post(PERSON.format(erin.pk), {**form, "groups": []})
    assert erin not in agents.everybody()


def test_when_somebody_came_is_not_to_be_edited(erin, dans_browser):
    form = {"username": "erin", "is_active": "on", "date_joined_0": "2001-01-01"}
    dans_browser.post(PERSON.format(erin.pk), form | {"date_joined_1": "00:00"})
    erin.refresh_from_db()
    assert erin.date_joined.year > 2001


def test_what_is_needed_daily_comes_first(dans_browser):
    page = dans_browser.get("/admin/").content.decode()
    places = [
        page.index(f'href="/admin/{path}/"') for path in ("faq/entry", "chat/gap", "auth/user")
    ]
    assert places == sorted(places)
    assert "People" in page


def test_the_admins_login_is_the_desks(client, dan):
    page = client.get("/admin/login/?next=/admin/faq/entry/").content.decode()
    assert "For the people who answer here." in page
    assert 'action="/admin/login/?next=/admin/faq/entry/"' in page
    form = {"username": "dan", "password": "wrong", "next": "/admin/faq/entry/"}
    assert "correct username and password" in client.post("/admin/login/", form).content.decode()


def test_who_may_not_enter_is_told_so(erin):
    browser = logged_in(erin)
    page = browser.get("/admin/", follow=True).content.decode()
    assert "You are logged in as erin, who may not open the admin." in page
    form = {"username": "erin", "password": "erin-is-here"}
    assert "staff account" in browser.post("/admin/login/", form).content.decode()
