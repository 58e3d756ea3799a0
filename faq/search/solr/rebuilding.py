"""A whole new index beside the old one, which answers until the new one does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from faq.models import Revision
from faq.search import embeddings, vectors
from faq.search.corpus import Corpus
from faq.search.reading import read_items
from faq.search.solr.client import Away
from faq.search.solr.index import Progress, difference, indexed, push
from faq.search.solr.link import Link


def rebuild(link: Link, corpus: Corpus, progress: Progress = lambda count: None) -> None:
    """Build the index of `corpus` and let it take the old one's place. Raises Away, and then
    everything is as it was."""
    made = link.place.make(link.index)
    try:
        progress(0)
        push(link.client, made, corpus, difference(corpus, {}), progress)
        link.client.commit(made, soft=False)
        progress(len(corpus.texts))
        if left := difference(corpus, indexed(link.client, made)):
            raise Away(f"the new index is not whole: {left}")
        link.place.publish(made, link.index)
    except BaseException:
        with suppress(Away):
            link.place.drop(made)
        raise


def catch_up(link: Link, corpus: Corpus) -> bool:
    """Bring the index up to `corpus`; whether there was something to do. Raises Away."""
    change = difference(corpus, indexed(link.client, link.index))
    if change:
        push(link.client, link.index, corpus, change)
    return bool(change)


def read(warm: Callable[[int, int], None] | None = None) -> Corpus:
    """Return the published entries as they are committed now, in a corpus.

    With `warm`, wordings without an embedding get one, and it is told (done, of how many).
    """
    Revision.current()
    items = read_items()
    texts = [text for item in items for text in item.texts]
    if not embeddings.available():
        return Corpus.build(items, lambda texts: [None] * len(texts))
    if warm is not None:
        for start in range(0, len(texts), vectors.AT_ONCE):
            vectors.warm(texts[start : start + vectors.AT_ONCE])
            warm(min(start + vectors.AT_ONCE, len(texts)), len(texts))
    kept = vectors.kept(texts)
    return Corpus.build(items, lambda texts: [kept.get(text) for text in texts])
