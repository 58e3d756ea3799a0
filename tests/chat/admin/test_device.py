"""Devices in the admin: names that the desk gives out, rights, keys shown once."""

import re

import pytest

from chat.actions import devices
from chat.models import Device
from chat.models.device import State

pytestmark = pytest.mark.django_db
ADD = "/admin/chat/device/add/"


def shown_key(page) -> str:
    return re.search(rb"The key of .*? is (\w{16,})\.", page.content)[1].decode()


def test_a_new_name_gets_a_key_that_is_shown_once(dans_browser):
    page = dans_browser.post(ADD, {"name": "Scanner", "may_broadcast": "on"}, follow=True)
    key = shown_key(page)
    assert devices.resume(key, "socket", "process") == Device.objects.get()
    assert key not in dans_browser.get("/admin/chat/device/").content.decode()


@pytest.mark.parametrize("name", ["help desk", "carol", "SCANNER", "a\u202eb"])
def test_a_name_that_cannot_be(name, carol, dans_browser):
    devices.known("Scanner")
    page = dans_browser.post(ADD, {"name": name})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["name"]
    assert Device.objects.count() == 1


def test_a_right_is_taken_away_and_the_name_stays(dans_browser):
    scanner = devices.known("Scanner")
    dans_browser.post(f"/admin/chat/device/{scanner.pk}/change/", {"name": "Other"})
    scanner.refresh_from_db()
    assert (scanner.name, scanner.may_broadcast) == ("Scanner", False)


def test_who_gets_a_released_name_is_not_trusted_with_announcing(dans_browser):
    scanner = devices.known("Scanner")
    assert not scanner.may_announce
    given = {"name": "Scanner", "may_broadcast": "on", "may_announce": "on"}
    dans_browser.post(f"/admin/chat/device/{scanner.pk}/change/", given)
    act(dans_browser, "new_key", scanner)
    scanner.refresh_from_db()
    assert scanner.may_announce
    act(dans_browser, "release", scanner)
    scanner.refresh_from_db()
    assert (scanner.may_announce, scanner.may_broadcast) == (False, True)


def act(browser, action: str, device: Device):
    chosen = {"action": action, "_selected_action": [device.pk]}
    return browser.post("/admin/chat/device/", chosen, follow=True)


def test_a_new_key_for_a_lost_one(dans_browser):
    scanner = devices.known("Scanner")
    old = devices.give_key(scanner)
    key = shown_key(act(dans_browser, "new_key", scanner))
    assert devices.resume(old, "socket", "process") is None
    assert devices.resume(key, "socket", "process") == scanner


@pytest.mark.parametrize(
    ("action", "state"), [("release", State.RELEASED), ("revoke", State.REVOKED)]
)
def test_released_and_revoked(action, state, dans_browser):
    scanner = devices.known("Scanner")
    devices.give_key(scanner)
    act(dans_browser, action, scanner)
    assert Device.objects.get().state == state


def test_a_name_that_asked_is_let_in(dans_browser):
    scanner = devices.known("Scanner")
    Device.objects.update(state=State.ASKING)
    act(dans_browser, "let_in", scanner)
    assert Device.objects.get().state == State.ALLOWED
