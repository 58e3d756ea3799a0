"""Two web processes, each at another node of a real Redis Cluster (docs/operations.md)."""

import pytest

from tests.services.patience import EVENTUALLY, within
from tests.services.redis_cluster import RedisCluster
from tests.services.server import Desk
from tests.services.ws import logged_in, visitor

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = RedisCluster(tmp_path_factory.mktemp("redis-cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def two(request, cluster, tmp_path_factory):
    template = request.getfixturevalue("demo_on_postgres")
    url = request.getfixturevalue("postgres").create("redis_cluster", template)
    folder = tmp_path_factory.mktemp("clustered")
    desk = Desk(folder, database_url=url, bot="outside")
    first, second, _ = cluster.nodes
    yield desk.server(redis_url=first.url), desk.server(redis_url=second.url)
    desk.close()


def test_what_is_said_at_one_node_is_heard_at_another(two, cluster):
    here, there = two
    with visitor(here, "clustered").chat() as chat, logged_in(there).desk() as desk:
        chat.receive("message", client_id=chat.say("hello"))
        desk.send({"type": "open", "conversation": "clustered"})
        desk.receive("history")
        # Who is typing is nowhere but in Redis: no look at the database could have shown it.
        chat.send({"type": "typing", "on": True})
        assert desk.receive("typing", sender="customer")["on"] is True
        client_id = chat.say("across the cluster")
        assert desk.receive("message", client_id=client_id)
        desk.send({"type": "take_over", "conversation": "clustered"})
        assert chat.receive("message", event="took_over")
        desk.send({"type": "typing", "conversation": "clustered", "on": True})
        assert chat.receive("typing", sender="agent")
    heard = [
        cluster.says(node, "cluster_stats_messages_publish_received") for node in cluster.nodes
    ]
    assert all(int(number or 0) > 0 for number in heard[:2]), heard


def test_a_node_that_has_gone_costs_two_seconds_until_it_is_back(two, cluster):
    here, there = two
    first, _, third = cluster.nodes
    alice = visitor(here, "a-node-short")
    with alice.chat() as chat, alice.at(there).chat() as window:
        third.stop()  # nobody's own
        assert window.receive("message", client_id=chat.say("one"), seconds=within(2))
        first.stop()
        client_id = chat.say("two")
        assert chat.receive("message", client_id=client_id, seconds=within(1))
        assert window.receive("message", client_id=client_id, seconds=within(2))
        third.start()
        first.start()
        first.wait_until(lambda: cluster.says(first, "cluster_state") == "ok")
    with logged_in(there).desk() as desk, visitor(here, "a-node-back").chat() as chat:
        chat.receive("message", client_id=chat.say("hello"))
        desk.send({"type": "open", "conversation": "a-node-back"})
        desk.receive("history")
        for _ in range(int(EVENTUALLY)):
            chat.send({"type": "typing", "on": True})
            if [frame for frame in desk.quiet(1) if frame["type"] == "typing"]:
                return
        raise AssertionError("after the node's return nothing crosses any more")
