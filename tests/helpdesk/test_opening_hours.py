from datetime import UTC, date, datetime

import pytest

from helpdesk.opening_hours import OpeningHours, parse

WEEK = parse("Mon-Fri 09:00-17:00, Sat 10:00-14:00", "2026-12-25", "Europe/Berlin")


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WEEK.zone)


@pytest.mark.parametrize(
    ("moment", "closes"),
    [
        (berlin(25, 9), berlin(25, 17)),  # a Wednesday
        (berlin(25, 16, 59), berlin(25, 17)),
        (berlin(25, 17), None),
        (berlin(25, 8, 59), None),
        (berlin(28, 13), berlin(28, 14)),
        (berlin(29, 13), None),
        (berlin(25, 12, month=12), None),  # a Friday, but a holiday
        (datetime(2026, 11, 25, 8, tzinfo=UTC), berlin(25, 17)),
        (datetime(2026, 7, 15, 7, tzinfo=UTC), berlin(15, 17, month=7)),  # summer time
    ],
)
def test_it_is_open_within_the_hours(moment, closes):
    assert WEEK.closes_at(moment) == closes


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (berlin(25, 7), berlin(25, 9)),
        (berlin(25, 9), berlin(26, 9)),
        (berlin(25, 18), berlin(26, 9)),
        (berlin(28, 15), berlin(30, 9)),  # over the Sunday
        (berlin(24, 18, month=12), berlin(26, 10, month=12)),  # over the holiday
    ],
)
def test_it_opens_again(moment, opens):
    assert WEEK.opens_at(moment) == opens


def test_without_hours_nothing_is_known():
    assert parse("", "", "UTC").spans == OpeningHours().spans == ()
    assert OpeningHours().closes_at(berlin(25, 9)) is None
    assert OpeningHours().opens_at(berlin(25, 9)) is None


def test_hours_may_be_split_reach_midnight_and_go_over_the_weekend():
    hours = parse("Sat-Mon 08:00-12:00; Sun 18:00-24:00", "", "UTC")
    sunday = datetime(2026, 11, 29, tzinfo=UTC)
    assert hours.closes_at(sunday.replace(hour=9)) == sunday.replace(hour=12)
    assert hours.opens_at(sunday.replace(hour=9)) == sunday.replace(hour=18)
    assert hours.closes_at(sunday.replace(hour=23)) == datetime(2026, 11, 30, tzinfo=UTC)
    assert hours.opens_at(sunday.replace(hour=23)) == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_every_day_a_holiday_opens_never():
    days = ", ".join(
        date.fromordinal(date(2026, 1, 1).toordinal() + n).isoformat() for n in range(730)
    )
    assert parse("Mon 09:00-10:00", days, "UTC").opens_at(datetime(2026, 2, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("hours", "holidays", "said"),
    [
        ("always", "", "is not like"),
        ("Mon-Fri 9-17", "", "is not like"),
        ("Foo 09:00-17:00", "", "no day"),
        ("Mon 17:00-09:00", "", "closes before"),
        ("Mon 09:00-25:00", "", "no time"),
        ("", "25.12.2026", "no date"),
    ],
)
def test_what_is_not_understood_is_said(hours, holidays, said):
    with pytest.raises(ValueError, match=said):
        parse(hours, holidays, "UTC")
