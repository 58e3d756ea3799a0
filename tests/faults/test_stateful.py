"""Whatever people do and whatever breaks: afterwards every view equals the database."""

import pytest

from tests.faults import cluster as clusters
from tests.faults.scripts import try_many

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(300)]


def test_two_web_processes_and_a_bot_on_postgresql_and_redis(two_processes):
    two_processes.bot = clusters.bot(two_processes.desk, "short_lease")
    try_many(two_processes)


def test_one_process_on_sqlite(one_process):
    try_many(one_process)
