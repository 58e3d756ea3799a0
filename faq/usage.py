"""How entries are used and liked. Who sends the answers says so: the FAQ only asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 12


@dataclass(frozen=True)
class Week:
    """What happened with an entry in the week that begins on a Monday."""

    monday: date
    answered: int = 0  # sent at once
    chosen: int = 0  # picked by a customer from "did you mean", then sent
    suggested: int = 0  # offered in a "did you mean"
    up: int = 0
    down: int = 0

    @property
    def uses(self) -> int:
        return self.answered + self.chosen + self.suggested


# Given an entry's id and a Monday, the weeks since then in which something happened.
Source = Callable[[int, date], Iterable[Week]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `source` asked too, whenever somebody wants to know how an entry is used."""
    _sources.append(source)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks(entry_id: int, today: date, count: int = WEEKS) -> list[Week]:
    """Return the last `count` weeks of an entry, oldest first, this one included."""
    first = monday(today) - timedelta(weeks=count - 1)
    told = {week.monday: week for source in _sources for week in source(entry_id, first)}
    mondays = [first + timedelta(weeks=number) for number in range(count)]
    return [told.get(day, Week(day)) for day in mondays]
