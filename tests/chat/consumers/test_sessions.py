"""Sockets end with the session: within two seconds, with 4001, and nobody else's."""

import re
import uuid

import pytest

from tests.services.patience import within
from tests.services.ws import Person, logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture(scope="module")
def dan(house):
    return logged_in(house, "admin")


@pytest.fixture
def eve(house, dan):
    """(name, browser, id) of a new agent, made in the admin."""
    name = f"eve-{uuid.uuid4().hex[:6]}"
    password = "long-enough-password-7"
    dan.page("/admin/auth/user/add/")
    made = dan.post(
        "/admin/auth/user/add/",
        {"username": name, "usable_password": "true", "password1": password, "password2": password},
    )
    pk = str(made.url.path).split("/")[-3]
    change(dan, pk, name)
    return name, logged_in(house, name, password), pk


def change(dan: Person, pk: str, name: str, *, group: bool = True, active: bool = True) -> None:
    """What the admin's form of a user says."""
    page = dan.page(f"/admin/auth/user/{pk}/change/").text
    found = re.search(r'<input[^>]*name="groups"[^>]*value="(\d+)"[^>]*>\s*Agents', page)
    assert found, page
    fields = {
        "username": name,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        **({"is_active": "on"} if active else {}),
        **({"groups": found[1]} if group else {}),
    }
    answer = dan.post(f"/admin/auth/user/{pk}/change/", fields)
    assert answer.url.path == "/admin/auth/user/", answer.text


def assert_closes(socket) -> None:
    assert socket.close_code(within(2)) == 4001


def test_logging_out_closes(eve):
    _, browser, _ = eve
    with browser.desk() as here, browser.desk() as there:
        here.send({"type": "ping"})
        assert here.receive("pong")
        browser.post("/accounts/logout/")
        assert_closes(here)
        assert_closes(there)


def test_a_new_password_closes(eve, dan):
    _, browser, pk = eve
    with browser.desk() as desk:
        fields = {"password1": "another-password-8", "password2": "another-password-8"}
        dan.page(f"/admin/auth/user/{pk}/password/")
        dan.post(f"/admin/auth/user/{pk}/password/", {"usable_password": "true", **fields})
        assert_closes(desk)


def test_removal_from_the_group_closes(eve, dan):
    name, browser, pk = eve
    with browser.desk() as desk:
        change(dan, pk, name, group=False)
        assert_closes(desk)
    with browser.desk() as again:
        assert again.close_code() == 4003


def test_deactivation_closes(eve, dan):
    name, browser, pk = eve
    with browser.desk() as desk:
        change(dan, pk, name, active=False)
        assert_closes(desk)


def test_nobody_else_is_closed(eve, dan, house):
    _, browser, _ = eve
    with dan.desk() as dans, visitor(house).chat() as alices, browser.desk() as eves:
        browser.post("/accounts/logout/")
        assert_closes(eves)
        for socket in (dans, alices):
            socket.send({"type": "ping"})
            assert socket.receive("pong")
