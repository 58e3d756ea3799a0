"""Which tests a run has: on the second database its own, and what takes minutes only if asked for.

`pytest --long` has those that are marked `long`, and no others.
"""

import os

import pytest
from django.conf import settings

# On another database only what uses the database has something to say.
DATABASE_TESTS_ONLY = "TEST_DATABASE_URL" in os.environ


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the tests marked long, and only those")


def pytest_report_header(config: pytest.Config) -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    only = ", its tests only" if DATABASE_TESTS_ONLY else ""
    return f"database: {engine}{only}" + (", long tests" if config.option.long else "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the database, and drop what this run is not about."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"db", "transactional_db"} and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(transaction="transactional_db" in names))
    kept = [item for item in items if is_chosen(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def is_chosen(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    on_this_database = not DATABASE_TESTS_ONLY or (
        "django_db" in marks and "one_database" not in marks
    )
    return on_this_database and ("long" in marks) == item.config.option.long
