"""Announcements in the admin: what could not be announced is said at its field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import announcements
from chat.models import Announcement
from tests.chat.entries import as_agent

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/announcement/"
HOUR = timedelta(hours=1)


def fields(text: str = "The bank closes at noon.", starts=None, expires=None, **more) -> dict:
    sent = {"text": text, "form": "banner", "audience": "everyone", "_save": "Save", **more}
    for name, moment in (("starts_at", starts), ("expires_at", expires)):
        sent[f"{name}_0"] = f"{moment:%Y-%m-%d}" if moment else ""
        sent[f"{name}_1"] = f"{moment:%H:%M:%S}" if moment else ""
    return sent


def errors(page) -> dict:
    assert page.status_code == 200
    return page.context["adminform"].form.errors


def test_it_is_announced_edited_and_withdrawn(dans_browser):
    now = timezone.now()
    assert dans_browser.post(f"{LIST}add/", fields(starts=now)).status_code == 302
    row = Announcement.objects.get()
    assert (row.state, row.revision, row.published_revision) == ("live", 1, 1)
    sent = fields("It closes at one.", expires=now + 2 * HOUR)
    assert dans_browser.post(f"{LIST}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.revision, row.published_revision) == ("It closes at one.", 2, 2)
    chosen = {"action": "withdraw", "_selected_action": [row.pk]}
    assert b"Withdrawn." in dans_browser.post(LIST, chosen, follow=True).content
    row.refresh_from_db()
    assert row.state == "withdrawn"


@pytest.mark.parametrize(
    ("starts", "expires"), [(-2 * HOUR, -HOUR), (HOUR, HOUR), (2 * HOUR, HOUR)]
)
def test_what_expires_before_anybody_can_read_it(starts, expires, dans_browser):
    now = timezone.now()
    page = dans_browser.post(f"{LIST}add/", fields(starts=now + starts, expires=now + expires))
    assert list(errors(page)) == ["expires_at"]
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("text", ["x" * 4001, "  ", "a\x00b"])
def test_what_is_no_text(text, dans_browser):
    page = dans_browser.post(f"{LIST}add/", fields(text, starts=timezone.now()))
    assert list(errors(page)) == ["text"]


def test_who_edits_what_has_expired_is_told_so(carol, dans_browser):
    row = announcements.announce(as_agent(carol), "Look")
    Announcement.objects.update(expires_at=timezone.now() - HOUR)
    row.refresh_from_db()
    page = dans_browser.post(f"{LIST}{row.pk}/change/", fields("Edited", expires=row.expires_at))
    assert list(errors(page)) == ["expires_at"]
    sent = fields("Edited", expires=timezone.now() + HOUR)
    assert dans_browser.post(f"{LIST}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.state) == ("Edited", "live")


def test_before_it_goes_out_its_beginning_may_change_and_its_audience_is_fixed(carol, dans_browser):
    now = timezone.now()
    row = announcements.announce(as_agent(carol), "Soon", starts_at=now + HOUR)
    sent = fields("Soon", starts=now + 2 * HOUR, audience="agents")
    assert dans_browser.post(f"{LIST}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert row.audience == "everyone"
    assert row.starts_at > now + HOUR + HOUR / 2
