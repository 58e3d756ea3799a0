"""What every test may lean on; the cast and the services are in tests/services."""

import os
from collections.abc import Iterator

import pytest

from tests.services import skips

pytest_plugins = [
    "tests.services.cast",
    "tests.services.fixtures",
    "tests.services.workers",
    "tests.services.again",
]


# On another database only what uses the database has something to say.
DATABASE_TESTS_ONLY = "TEST_DATABASE_URL" in os.environ


def pytest_report_header() -> str:
    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return f"database: {engine}" + (", its tests only" if DATABASE_TESTS_ONLY else "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the database; drop the rest on the second database's run."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"db", "transactional_db"} and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(transaction="transactional_db" in names))
    if DATABASE_TESTS_ONLY:
        kept = [item for item in items if item.get_closest_marker("django_db")]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    return skips.refused_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item):
    """The flush after a transactional test gives the content types other ids than Django knows."""
    from django.contrib.contenttypes.models import ContentType

    result = yield
    ContentType.objects.clear_cache()
    return result


@pytest.fixture(autouse=True)
def _no_connection_left_open(_django_db_marker: None) -> Iterator[None]:
    """Close what executor threads opened, before the flush that such a connection would block."""
    from tests.services.connections import close_other_threads_connections

    yield
    close_other_threads_connections()
