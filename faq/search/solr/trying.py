"""An index for a corpus that is in no database: for measurements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from faq.search.base import Positions, Question
from faq.search.corpus import Corpus
from faq.search.solr import link as links
from faq.search.solr.engine import SolrEngine
from faq.search.solr.index import difference, push
from faq.search.solr.link import Link
from faq.search.solr.places import stamp

# Seconds: a measurement waits rather than letting another engine answer.
PATIENCE = 30.0


class OnlySolr(SolrEngine):
    """Solr proposes, or Away is raised: no other engine answers in its place."""

    def candidates(self, question: Question) -> Positions:
        return self.propose(question)


@contextmanager
def tried_out(corpus: Corpus) -> Iterator[SolrEngine]:
    """Give an engine on an index of its own, which is removed in the end. Raises Away."""
    usual = links.current()
    made = usual.place.make(f"{usual.index}_{stamp()}")
    link = Link(usual.place, made)
    link.patience = PATIENCE
    try:
        push(link.client, made, corpus, difference(corpus, {}))
        yield OnlySolr(link)
    finally:
        link.close()
        usual.place.drop(made)
