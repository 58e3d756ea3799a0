"""What the promises stand on is needed: without it, the same property fails."""

import pytest

from tests.faults import cluster as clusters
from tests.faults.cluster import UNLIMITED
from tests.faults.known import KNOWN
from tests.faults.play import Broken, play

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(240)]


def test_without_deduplication_a_retry_is_there_twice(make_desk):
    cluster = clusters.single(make_desk(**UNLIMITED), "no_dedupe")
    with pytest.raises(Broken, match="2 times there"):
        play(cluster, KNOWN["a retry elsewhere"])


def test_without_the_guard_under_the_lock_two_agents_have_it(make_desk):
    cluster = clusters.single(make_desk(**UNLIMITED), "no_guard")
    with pytest.raises(Broken, match="agent2 changes what agent has"):
        play(cluster, KNOWN["taken twice"])


def test_without_catching_up_a_view_stays_behind(make_desk_on_postgres, redis):
    cluster = clusters.pair(make_desk_on_postgres("behind"), redis, "no_catch_up")
    with pytest.raises(Broken, match="received up to"):
        play(cluster, KNOWN["not announced"])
