"""After a test that commits: what it left in the database is deleted, and no more than that.

Django's own way is its command `flush`: it empties every table and makes all content types and
permissions anew, which takes longer than most of these tests.
"""

from functools import cache

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

# Made by the migrations, of the models; no test changes them.
KEPT = {"django_content_type", "auth_permission"}


def empty_databases(test_case: TransactionTestCase) -> None:
    for alias in test_case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        empty(connections[alias])


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete all rows; foreign keys are checked at the end, as Django declares them."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute(_which_have_rows(connection))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _which_have_rows(connection: BaseDatabaseWrapper) -> str:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in tables
        if table not in KEPT
    )


TransactionTestCase._fixture_teardown = empty_databases  # type: ignore[method-assign]
