"""What several modules here talk to."""

from collections.abc import Iterator

import pytest

from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import Desk, Server


@pytest.fixture(scope="package")
def two(
    postgres: Postgres,
    demo_on_postgres: str,
    shared_redis: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Server, Redis]]:
    """Two web processes of one desk on PostgreSQL, and the Redis between them; no bot.

    Whoever pauses Redis resumes it.
    """
    url = postgres.create("two_processes", demo_on_postgres)
    folder = tmp_path_factory.mktemp("two")
    desk = Desk(folder, database_url=url, redis_url=shared_redis.url, bot="outside")
    yield desk.server(), desk.server(), shared_redis
    desk.close()
