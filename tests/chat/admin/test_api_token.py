"""Programs' keys in the admin: shown once, stored as a hash, switched off."""

import re

import pytest

from chat.models import ApiToken

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/apitoken/"


def test_a_key_is_shown_once_and_can_be_switched_off(dan, dans_browser):
    sent = {"name": "Timetable", "may_announce": "on", "is_active": "on"}
    page = dans_browser.post(f"{LIST}add/", sent, follow=True)
    key = re.search(rb"kept only as a hash: (\S+?)<", page.content)[1].decode()
    row = ApiToken.of(key)
    assert (row.name, row.may_announce, row.made_by) == ("Timetable", True, dan)
    assert key not in dans_browser.get(LIST).content.decode()
    assert key not in map(str, ApiToken.objects.values().get().values())
    dans_browser.post(f"{LIST}{row.pk}/change/", {"name": "Timetable"})
    row.refresh_from_db()
    assert (row.is_active, row.may_announce) == (False, False)
    assert ApiToken.of(key) is None


def test_agents_do_not_see_the_page(carols_browser):
    assert carols_browser.get(LIST).status_code == 302
