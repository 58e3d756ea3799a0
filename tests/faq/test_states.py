"""Where an entry stands: draft, scheduled, live or expired."""

from datetime import UTC, datetime, timedelta

import pytest

from faq.models import Entry
from faq.states import State, condition, state_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
STATES = {
    State.LIVE: [(True, None, None), (True, NOW, None), (True, BEFORE, AFTER)],
    State.SCHEDULED: [(True, AFTER, None)],
    State.EXPIRED: [(True, None, NOW), (True, None, BEFORE)],
    State.DRAFT: [(False, None, None), (False, AFTER, None), (False, None, BEFORE)],
}
CASES = [(state, *values) for state, cases in STATES.items() for values in cases]


@pytest.mark.parametrize(("state", "published", "start", "end"), CASES)
def test_published_and_dates_say_where_an_entry_stands(state, published, start, end):
    entry = Entry(is_published=published, valid_from=start, valid_until=end)
    assert state_of(entry, NOW) == state


def test_the_list_filters_as_the_states_say(network):
    for number, (state, published, start, end) in enumerate(CASES):
        Entry.objects.create(
            category=network, title=f"{state} {number}", answer="-",
            is_published=published, valid_from=start, valid_until=end,
        )  # fmt: skip
    for state, cases in STATES.items():
        found = Entry.objects.filter(condition(state, NOW))
        assert [title.split()[0] for title in found.values_list("title", flat=True)] == [
            state.value
        ] * len(cases)
