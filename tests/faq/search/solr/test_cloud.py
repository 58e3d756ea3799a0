"""A SolrCloud of two nodes: its index is built anew, and a node dies, under questions."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import faq.search
from faq.search import Question, Result, find, search
from faq.search.solr import link as links
from faq.search.solr.engine import SolrEngine
from faq.search.solr.link import Link
from faq.search.solr.rebuilding import read, rebuild
from tests.faq.search.solr.conftest import PATIENCE
from tests.services.patience import EVENTUALLY
from tests.services.solr import Solr, ZooKeeper

# Three Javas are started.
pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.timeout(600)]
ASKING = 4  # threads
BEFORE_AND_AFTER = 20  # answers of all of them together


@pytest.fixture
def nodes(tmp_path) -> Iterator[list[Solr]]:
    """Two running nodes."""
    zookeeper = ZooKeeper(tmp_path)
    nodes = [Solr(tmp_path, zookeeper), Solr(tmp_path, zookeeper)]
    try:
        zookeeper.start()
        for node in nodes:
            node.launch()
        for node in nodes:
            node.wait_until_ready()
        yield nodes
    finally:
        for process in [*nodes, zookeeper]:
            process.kill()


@pytest.fixture
def cloud(nodes, settings) -> Iterator[Link]:
    """The settings of a desk that asks both nodes."""
    settings.FAQ_ENGINE = "solr"
    settings.SOLR_NODES = [node.url for node in nodes]
    links._link.cache_clear()
    link = links.current()
    link.patience = PATIENCE
    yield link
    link.close()
    links._link.cache_clear()


@contextmanager
def customers(link: Link) -> Iterator[Callable[[int], None]]:
    """Customers who ask without a pause; gives how to wait until so many more are answered.

    Each of their questions is answered by Solr, and rightly.
    """
    over = threading.Event()
    answers: list[Result | Exception] = []
    corpus, learned, _ = faq.search.knowledge.snapshot()

    def ask() -> None:
        while not over.is_set():
            question = Question("lost password", corpus.known("lost password"), corpus)
            started = time.perf_counter()
            try:
                found = find(question, SolrEngine(link), learned, limit=1, started=started)
                answers.append(found)
            except Exception as error:
                answers.append(error)

    def wait_for(more: int) -> None:
        end, wanted = time.monotonic() + EVENTUALLY, len(answers) + more
        while len(answers) < wanted:
            assert time.monotonic() < end, f"{len(answers)} of {wanted} answers"
            time.sleep(0.05)

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    try:
        yield wait_for
    finally:
        over.set()
        for thread in threads:
            thread.join()
    told = {
        (answer.engine, answer.hits[0].title) if isinstance(answer, Result) else repr(answer)
        for answer in answers
    }
    assert told == {("solr", "Reset a password")}


def test_no_answer_is_lost(model, cloud, nodes, desk, keeper, knowledge):
    """One life of a cloud, for its start is what takes long."""
    assert keeper.look()
    knowledge.settle()
    first = cloud.place._alias("faq")
    assert first.startswith("faq_")
    assert search("i forgot my password").engine == "solr"

    with customers(cloud) as wait_for:
        wait_for(BEFORE_AND_AFTER)
        rebuild(cloud, read())
        wait_for(BEFORE_AND_AFTER)
    assert cloud.place._alias("faq") not in (None, first)
    assert keeper.look()

    with customers(cloud) as wait_for:
        wait_for(BEFORE_AND_AFTER)
        nodes[0].kill()
        wait_for(BEFORE_AND_AFTER)
    assert keeper.look()
