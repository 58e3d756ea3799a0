"""A SolrCloud of two nodes: one of them may die under questions, and an alias is rebuilt behind."""

import pytest

from faq.search import search
from faq.search.solr import link as links
from faq.search.solr.index import indexed as states_in
from faq.search.solr.rebuilding import read, rebuild
from tests.faq.search.solr.conftest import PATIENCE
from tests.services.solr import Solr, ZooKeeper

# Three Javas are started.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Two running nodes."""
    folder = tmp_path_factory.mktemp("cloud")
    zookeeper = ZooKeeper(folder)
    nodes = [Solr(folder, zookeeper), Solr(folder, zookeeper)]
    try:
        zookeeper.start()
        for node in nodes:
            node.launch()
        for node in nodes:
            node.wait_until_ready()
        yield nodes
    finally:
        for process in [*nodes, zookeeper]:
            process.resume()
            process.kill()


@pytest.fixture
def cloud(nodes, settings):
    """The settings of a desk that asks both nodes."""
    settings.FAQ_ENGINE = "solr"
    settings.SOLR_NODES = [node.url for node in nodes]
    links._link.cache_clear()
    link = links.current()
    link.patience = PATIENCE
    yield link
    link.close()
    links._link.cache_clear()


def test_one_node_killed_no_answer_is_lost(model, cloud, nodes, desk, keeper, knowledge):
    """One life of a cloud, for its start is what takes long."""
    assert keeper.look()
    knowledge.settle()
    first = cloud.place._alias("faq")
    assert first.startswith("faq_")
    answered = [search("i forgot my password") for _ in range(3)]

    rebuild(cloud, read())
    assert cloud.place._alias("faq") != first
    assert not states_in(cloud.client, cloud.index).keys() ^ states_of(cloud)
    answered += [search("i forgot my password") for _ in range(3)]

    for number in range(30):
        if number == 5:
            nodes[0].kill()
        answered.append(search("i forgot my password"))
    assert {result.hits[0].title for result in answered} == {"Reset a password"}
    assert {result.engine for result in answered} == {"solr"}


def states_of(link) -> set[str]:
    assert link.indexed is not None
    return set(link.indexed)
