"""What who waits is told is true whatever the state of the desk."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chat import attendance
from chat.hub import queue
from chat.models import AgentPresence
from helpdesk.opening_hours import parse
from tests.chat.hub.test_queue import waits

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch, settings):
    """Sets the clock to an hour of a Wednesday, and opening hours."""

    def set_clock(hour: int, hours: str = "Mon-Fri 09:00-17:00", day: int = 25) -> None:
        settings.OPENING_HOURS = parse(hours, "2026-11-26", "UTC")
        moment = WEDNESDAY.replace(hour=hour, day=day)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_clock


def here(user, *, away: bool = False) -> None:
    AgentPresence.objects.create(user=user, seen_at=timezone.now(), is_away=away)


def test_somebody_is_there(carol, at):
    at(10)
    here(carol)
    now = attendance.now()
    assert now.online == 1
    assert now.waiting_text.startswith("You are in the queue")
    assert now.reopening is None


def test_somebody_who_works_late_is_there_too(carol, at):
    at(22)
    here(carol)
    assert attendance.now().waiting_text.startswith("You are in the queue")
    assert attendance.now().reopening is None


def test_nobody_though_it_is_open(carol, at):
    at(10)
    here(carol, away=True)
    now = attendance.now()
    assert now.online == 0
    assert "staffed until 17:00 (UTC) today" in now.waiting_text
    assert now.reopening is None


@pytest.mark.parametrize(
    ("hour", "day", "words"),
    [
        (7, 25, "today at 09:00 (UTC)"),
        (18, 25, "on Friday at 09:00 (UTC)"),  # Thursday is a holiday
        (18, 26, "tomorrow at 09:00 (UTC)"),
        (12, 28, "on Monday at 09:00 (UTC)"),
    ],
)
def test_outside_the_hours(at, alice, hour, day, words):
    at(hour, day=day)
    now = attendance.now()
    assert f"opens again {words}. Your messages are kept" in now.waiting_text
    assert now.reopening["words"] == words
    pk = waits(alice)
    assert queue.places()[pk]["opens"] == now.reopening


def test_far_away_openings_have_a_date(at):
    at(12, hours="Wed 09:00-10:00")
    assert attendance.now().reopening["words"] == "on Wednesday, 2 December at 09:00 (UTC)"
    assert attendance.now().reopening["at"] == "2026-12-02T09:00:00.000Z"


def test_without_hours_nothing_is_promised(at):
    at(3, hours="")
    assert "as soon as somebody is back" in attendance.now().waiting_text
    assert attendance.now().reopening is None


def test_who_was_seen_long_ago_is_not_there(carol, at):
    at(10)
    AgentPresence.objects.create(user=carol, seen_at=timezone.now() - timedelta(minutes=1))
    assert attendance.now().online == 0
