"""The agents' page of the devices, and what they decide there."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.actions import devices
from chat.models import Conversation, Device, Member, ServingProcess
from chat.models.conversation import Kind
from chat.models.device import State
from tests.services.cast import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def printer() -> Device:
    ServingProcess.objects.create(key="process-1")
    return devices.register("Printer 3", "socket-1", "process-1")[0]


def test_it_is_for_agents(printer, carols_browser):
    assert Client().get("/agent/devices/").status_code == 302
    eve = logged_in(User.objects.create_user("eve"))
    assert eve.get("/agent/devices/").status_code == 403
    assert eve.post(f"/agent/devices/{printer.pk}/release/").status_code == 403
    assert Client().post(f"/agent/devices/{printer.pk}/release/").status_code == 302
    assert devices.resume("x", "y", "z") is None
    assert Device.objects.get().state == State.REGISTERED
    assert carols_browser.get("/agent/devices/").status_code == 200


def test_who_asks_comes_first_then_who_is_connected(printer, carols_browser):
    devices.known("A expected")
    devices.known("Z asks")
    Device.objects.filter(name="Z asks").update(state=State.ASKING)
    rows = carols_browser.get("/agent/devices/").context["rows"]
    assert [row["device"].name for row in rows] == ["Z asks", "Printer 3", "A expected"]
    assert [row["is_here"] for row in rows] == [False, True, False]


def test_a_name_is_found(printer, carols_browser):
    devices.known("Scanner")
    rows = carols_browser.get("/agent/devices/?q=print").context["rows"]
    assert [row["device"].name for row in rows] == ["Printer 3"]
    assert carols_browser.get("/agent/devices/?q=%00").status_code == 200


@pytest.mark.parametrize(
    ("deed", "before", "after"),
    [
        ("release", State.REGISTERED, State.RELEASED),
        ("revoke", State.REGISTERED, State.REVOKED),
        ("release", State.REVOKED, State.RELEASED),
        ("allow", State.ASKING, State.ALLOWED),
        ("allow", State.REVOKED, State.REVOKED),
    ],
)
def test_an_agent_decides(deed, before, after, printer, carols_browser):
    Device.objects.update(state=before)
    answer = carols_browser.post(f"/agent/devices/{printer.pk}/{deed}/")
    assert answer["Location"] == "/agent/devices/"
    assert Device.objects.get().state == after


def test_what_is_no_deed_and_no_device(printer, carols_browser):
    assert carols_browser.post(f"/agent/devices/{printer.pk}/explode/").status_code == 404
    assert carols_browser.post("/agent/devices/0/release/").status_code == 404
    assert carols_browser.get(f"/agent/devices/{printer.pk}/release/").status_code == 405


def test_who_talks_with_whom_is_shown_to_who_may_read_it(printer, carols_browser, dans_browser):
    talk = Conversation.objects.create(public_id="direct:1:2", label="A and B", kind=Kind.DIRECT)
    Member.objects.create(conversation=talk, key=printer.key)
    assert b"direct:1:2" not in carols_browser.get("/agent/devices/").content
    assert b"direct:1:2" in dans_browser.get("/agent/devices/").content
