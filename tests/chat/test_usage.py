"""How an entry is used and liked, week by week, and how Dan sees it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chat.models import BotTurn
from faq.models import Category, Entry
from faq.usage import Week, weeks

TODAY = date(2026, 3, 11)  # a Wednesday
THIS, LAST = date(2026, 3, 9), date(2026, 3, 2)


@pytest.fixture
def entry(db) -> Entry:
    category = Category.objects.create(name="Network", slug="network")
    return Entry.objects.create(category=category, title="Wlan", answer="Hallo.")


@pytest.fixture
def turn(alice):
    """Writes down a turn of the bot's."""
    conversation, number = alice.conversation, iter(range(1, 100))

    def write(outcome: str, day: date, **fields):
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        return BotTurn.objects.create(
            conversation=conversation, question_seq=next(number), token="t",
            leased_until=moment, started_at=moment, outcome=outcome, **fields,
        )  # fmt: skip

    return write


def offering(*hits: tuple[int, float]) -> dict:
    found = [{"entry_id": entry, "confidence": confidence} for entry, confidence in hits]
    return {"search": {"hits": found, "suggest_threshold": 0.3}}


def test_answers_choices_suggestions_and_thumbs_are_counted_by_week(entry, turn):
    for feedback in ("up", "down", "up", ""):
        turn("answer", THIS, entry=entry, feedback=feedback, evidence={"search": {}})
    turn("answer", TODAY, entry=entry, evidence={"choice": entry.pk})
    turn("suggest", TODAY, evidence=offering((entry.pk + 10, 0.45), (entry.pk, 0.31)))
    turn("answer", LAST, entry=entry, evidence=None)
    assert weeks(entry.pk, TODAY, 3) == [
        Week(date(2026, 2, 23)),
        Week(LAST, answered=1),
        Week(THIS, answered=4, chosen=1, suggested=1, up=2, down=1),
    ]


def test_what_is_no_use_of_the_entry_does_not_count(entry, turn):
    other = Entry.objects.create(category=entry.category, title="Lan", answer="Hallo.")
    turn("answer", TODAY, entry=other, evidence=offering((other.pk, 0.9), (entry.pk, 0.8)))
    turn("suggest", TODAY, evidence=offering((other.pk, 0.4), (entry.pk, 0.29)))
    turn("suggest", TODAY, evidence=offering((int(f"{entry.pk}0"), 0.4)))
    turn("dropped", TODAY, entry=entry)
    turn("answer", TODAY - timedelta(weeks=12), entry=entry)
    assert weeks(entry.pk, TODAY) == [
        Week(THIS - timedelta(weeks=back)) for back in range(11, -1, -1)
    ]


def test_the_first_suggestion_counts_however_unsure(entry, turn):
    turn("suggest", TODAY, evidence=offering((entry.pk, 0.1)))
    assert weeks(entry.pk, TODAY, 1) == [Week(THIS, suggested=1)]


def test_dan_sees_a_chart_with_its_table(entry, turn, dans_browser):
    url = f"/admin/faq/entry/{entry.pk}/change/"
    assert "has not used this entry" in dans_browser.get(url).content.decode()
    now = datetime.now(UTC).date()
    turn("answer", now, entry=entry, feedback="down")
    page = dans_browser.get(url).content.decode()
    assert '<rect class="bar-answered"' in page
    assert '<rect class="bar-down"' in page
    assert '<rect class="bar-up"' not in page
    assert "answered 1, chosen 0, suggested 0, helpful 0, not helpful 1" in page
    assert "style=" not in page.split('<div class="usage">')[1].split("</details>")[0]
