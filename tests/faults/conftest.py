"""Clusters that the tests of this folder share: to start one takes longer than most tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import cluster as clusters
from tests.faults.cluster import UNLIMITED, Cluster
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import Desk, copy_of_demo


@pytest.fixture(scope="package")
def make_desk_on_postgres(
    postgres: Postgres,
    demo_on_postgres: str,
    shared_redis: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Desk]]:
    """Make desks on PostgreSQL and Redis whose bot is outside."""
    desks = []

    def make(name: str) -> Desk:
        url = postgres.create(f"faults_{name}", demo_on_postgres)
        desk = Desk(
            tmp_path_factory.mktemp(f"faults-{name}"),
            database_url=url,
            redis_url=shared_redis.url,
            bot="outside",
            **UNLIMITED,
        )
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture(scope="package")
def _two_processes(
    make_desk_on_postgres: Callable[[str], Desk], shared_redis: Redis
) -> Iterator[Cluster]:
    cluster = clusters.pair(make_desk_on_postgres("two"), shared_redis)
    yield cluster
    cluster.desk.close()


@pytest.fixture
def two_processes(_two_processes: Cluster, redis: Redis) -> Iterator[Cluster]:
    """Two web processes on PostgreSQL and Redis; whoever needs a bot starts it."""
    _two_processes.whole()
    yield _two_processes
    _two_processes.stop_bots()


@pytest.fixture(scope="package")
def _one_process(demo: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("faults") / "one", **UNLIMITED)
    yield clusters.single(desk)
    desk.close()


@pytest.fixture
def one_process(_one_process: Cluster) -> Cluster:
    """One process on SQLite, web server and bot."""
    _one_process.whole()
    return _one_process


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """The folder of models.HeldModel; `held / "release"` lets it go on, at the latest now."""
    yield tmp_path
    (tmp_path / "release").touch()
