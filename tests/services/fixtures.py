"""Services that the tests start for themselves, once a run, and desks that stand on them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_client

from tests.services import chromium
from tests.services import postgres as postgres_service
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import Desk, Server, copy_of_demo
from tests.services.shared import made_once
from tests.services.skips import missing
from tests.services.solr import Solr


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; `postgres.create(name)` makes a database."""
    with postgres_service.running() as server:
        yield server


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(shared_redis: Redis) -> Iterator[Redis]:
    """A running Redis, empty; a test may pause or stop it."""
    with redis_client.Redis.from_url(shared_redis.url) as connection:
        connection.flushall()
    yield shared_redis
    shared_redis.resume()
    if not shared_redis.running:
        shared_redis.start()


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the models; skips where `manage.py fetch_models` has not run."""
    from django.conf import settings

    for name, file in (
        ("all-minilm-l6-v2", "model.safetensors"),
        ("universal-sentence-encoder-multilingual-3", "encoder-8bit-64.onnx"),
        ("smollm2-135m-instruct", "model.safetensors"),
    ):
        if not (settings.MODELS_DIR / name / file).exists():
            missing(name, "run manage.py fetch_models")
    return settings.MODELS_DIR


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The demo on SQLite, made once; tests take copies of it."""
    with made_once(tmp_path_factory, "demo") as (folder, to_be_made):
        desk = Desk(folder / "data")
        if to_be_made:
            desk.manage("migrate", "--verbosity=0")
            desk.manage("load_demo")
    return desk


@pytest.fixture(scope="session")
def demo_on_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with the demo, made once; tests take copies of it."""
    database_url = postgres.create("demo")
    with made_once(tmp_path_factory, "demo-on-postgres") as (folder, to_be_made):
        dump = folder / "demo.dump"
        if to_be_made:
            desk = Desk(folder / "data", database_url=database_url)
            desk.manage("migrate", "--verbosity=0")
            desk.manage("load_demo")
            postgres.dump("demo", dump)
        else:
            postgres.restore("demo", dump)
    return "demo"


@pytest.fixture
def make_desk(
    demo: Desk, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Desk]]:
    """Make desks with the demo in them: make_desk(on="postgresql", redis=True, bot="outside").

    Other keywords are settings without their prefix. Their servers end with the test.
    """
    desks: list[Desk] = []

    def make(on: str = "sqlite", redis: bool = False, **settings: object) -> Desk:
        number = len(desks) + 1
        if redis:
            settings["redis_url"] = request.getfixturevalue("redis").url
        if on == "postgresql":
            template = request.getfixturevalue("demo_on_postgres")
            database = f"desk_{abs(hash(request.node.nodeid))}_{number}"
            url = request.getfixturevalue("postgres").create(database, template)
            desk = Desk(tmp_path / f"desk-{number}", database_url=url, **settings)
        else:
            desk = copy_of_demo(demo, tmp_path / f"desk-{number}", **settings)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def server(make_desk: Callable[..., Desk]) -> Server:
    """The desk as setup.sh starts it: one process on SQLite, with the demo."""
    return make_desk().server()


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    """A Chromium for the tests of one module.

    Not longer: while Playwright runs, Django takes the test's thread for an event loop's and
    refuses the ORM. What such a test needs from the database it asks of the server, or of
    `manage`.
    """
    with chromium.running() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared_solr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Solr]:
    server = Solr(tmp_path_factory.mktemp("solr"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def solr(shared_solr: Solr) -> Iterator[Solr]:
    """A running Solr; a test may pause, stop or wipe it."""
    yield shared_solr
    shared_solr.resume()
    if not shared_solr.running:
        shared_solr.start()
