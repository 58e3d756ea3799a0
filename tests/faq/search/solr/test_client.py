"""Of several nodes, one that is away leaves its questions to the others."""

import pytest

from faq.search.solr.client import Away, Client

NOWHERE = "http://127.0.0.1:9/solr"
NOTHING = {"q": "*:*", "rows": 0}


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The addresses that are asked."""
    addresses: list[str] = []
    solr = Client._solr
    monkeypatch.setattr(
        Client,
        "_solr",
        lambda self, url, timeout: addresses.append(url) or solr(self, url, timeout),
    )
    return addresses


def test_a_question_goes_to_the_next_and_then_there_first(link, keeper, model, desk, asked):
    assert keeper.look()
    (here,) = link.client.addresses
    client = Client([NOWHERE, here])
    asked.clear()
    for _ in range(2):
        assert client.search(link.index, NOTHING, 20)["response"]["numFound"] == 12
    assert [url.rpartition("/")[0] for url in asked] == [NOWHERE, here, here]


def test_what_every_node_is_told_passes_over_who_is_away(link):
    (here,) = link.client.addresses
    Client([NOWHERE, here]).admin_everywhere("cores", "STATUS")


def test_with_nobody_there_it_says_so(asked):
    with pytest.raises(Away, match="no connection"):
        Client([NOWHERE, NOWHERE]).search("faq", NOTHING)
    assert len(asked) == 2
