"""What the promises stand on is needed: without it, the same property fails."""

import pytest

from tests.faults import cluster as clusters
from tests.faults.cluster import UNLIMITED
from tests.faults.play import Broken
from tests.faults.scripts import try_many

pytestmark = [pytest.mark.server, pytest.mark.slow]


# So many scripts at most are drawn where nothing but chance is to find what is wrong.
DRAWN = 60

TWICE = r"2 times there|not there once"
TWO_HAVE_IT = r"changes what \S+ has|replies in what \S+ has|the bot speaks while"
BEHIND = r"received up to|shown|list shows"


@pytest.fixture(params=["known and drawn", pytest.param("drawn", marks=pytest.mark.long)])
def try_them(request):
    """Plays what test_stateful.py plays; in the long tests drawn scripts alone, and more."""
    if request.param == "drawn":
        return lambda cluster: try_many(cluster, DRAWN, known={})
    return try_many


@pytest.mark.timeout(1800)
def test_without_deduplication_a_retry_is_there_twice(make_desk, try_them):
    cluster = clusters.single(make_desk(**UNLIMITED), "no_dedupe")
    with pytest.raises(Broken, match=TWICE):
        try_them(cluster)


@pytest.mark.timeout(1800)
def test_without_the_guard_under_the_lock_two_agents_have_it(make_desk, try_them):
    cluster = clusters.single(make_desk(**UNLIMITED), "no_guard")
    with pytest.raises(Broken, match=TWO_HAVE_IT):
        try_them(cluster)


@pytest.mark.timeout(1800)
def test_without_catching_up_a_view_stays_behind(make_desk_on_postgres, redis, try_them):
    cluster = clusters.pair(make_desk_on_postgres("behind"), redis, "no_catch_up")
    cluster.bot = clusters.bot(cluster.desk, "short_lease")
    with pytest.raises(Broken, match=BEHIND):
        try_them(cluster)
