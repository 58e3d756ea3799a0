"""When the desk is staffed, as its operator says it: "Mon-Fri 09:00-17:00, Sat 10:00-14:00"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"(?P<days>[a-z]{3}(?:\s*-\s*[a-z]{3})?)\s+"
    r"(?P<opens>\d{1,2}:\d\d)\s*-\s*(?P<closes>\d{1,2}:\d\d)"
)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class OpeningHours:
    """Spans of a week, (day from 0 for Monday, opens, closes), in one time zone.

    `closes` 00:00 is the day's end. Without any span nothing is known: never closed.
    """

    spans: tuple[tuple[int, time, time], ...] = ()
    holidays: frozenset[date] = frozenset()
    zone: tzinfo = UTC

    def closes_at(self, moment: datetime) -> datetime | None:
        """The end of the span that `moment` (aware) lies in; None outside of all."""
        here = moment.astimezone(self.zone)
        return next((end for start, end in self._of(here.date()) if start <= here < end), None)

    def opens_at(self, moment: datetime) -> datetime | None:
        """The first opening after `moment` (aware), within a year; None where there is none."""
        here = moment.astimezone(self.zone)
        for days in range(366 if self.spans else 0):
            for start, _ in self._of(here.date() + timedelta(days=days)):
                if start > here:
                    return start
        return None

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.holidays:
            return []
        return sorted(
            (self._at(day, opens), self._at(day + timedelta(days=closes == MIDNIGHT), closes))
            for weekday, opens, closes in self.spans
            if weekday == day.weekday()
        )

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)


def parse(hours: str, holidays: str, zone: str) -> OpeningHours:
    """OpeningHours from three settings. Raises ValueError, which says what is wrong.

    `hours`: days and times, separated by commas or semicolons; `holidays`: dates such as
    2026-12-25, separated likewise.
    """
    spans = [span for part in _parts(hours) for span in _spans(part)]
    return OpeningHours(tuple(spans), frozenset(map(_date, _parts(holidays))), ZoneInfo(zone))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,;]", text) if part.strip()]


def _spans(part: str) -> list[tuple[int, time, time]]:
    found = _PART.fullmatch(part.lower().replace("–", "-"))
    if found is None:
        raise ValueError(f"{part!r} is not like Mon-Fri 09:00-17:00")
    first, _, last = (name.strip() for name in found["days"].partition("-"))
    opens, closes = _clock(found["opens"]), _clock(found["closes"])
    if opens >= closes and closes != MIDNIGHT:
        raise ValueError(f"{part!r} closes before it opens")
    begin, end = _day(first), _day(last or first)
    return [((begin + n) % 7, opens, closes) for n in range((end - begin) % 7 + 1)]


def _day(name: str) -> int:
    if name not in DAYS:
        raise ValueError(f"{name!r} is no day: {', '.join(DAYS)}")
    return DAYS.index(name)


def _clock(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    if hour > 23 or minute > 59:
        raise ValueError(f"{text!r} is no time of a day")
    return time(hour, minute)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date like 2026-12-25") from None
