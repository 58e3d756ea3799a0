"""What every test may lean on; the cast and the services are in tests/services."""

from collections.abc import Iterator

import pytest

from tests.services import skips

pytest_plugins = [
    "tests.services.cast",
    "tests.services.fixtures",
    "tests.services.learned",
    "tests.services.chosen",
    "tests.services.emptying",
    "tests.services.collecting",
    "tests.services.workers",
    "tests.services.again",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    return skips.refused_in_ci(report)


@pytest.fixture(autouse=True)
def _no_connection_left_open(_django_db_marker: None) -> Iterator[None]:
    """Close what executor threads opened, which would keep the database from being emptied."""
    from tests.services.connections import close_other_threads_connections

    yield
    close_other_threads_connections()
