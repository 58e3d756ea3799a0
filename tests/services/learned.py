"""The demo's FAQ as the tests' own process knows it, learned once a run."""

import functools
from collections.abc import Iterator

import pytest
from django.db import transaction

import faq.search
from faq.search import embeddings, universal
from faq.search.process import Knowledge
from tests.faq.questions import asking
from tests.services.skips import missing


@functools.cache
def _knowledge() -> Knowledge:
    """Kept from module to module: where the entries are the same, nothing is learned anew."""
    return Knowledge()


@pytest.fixture(scope="module")
def learned_demo(django_db_setup: None, django_db_blocker) -> Iterator[Knowledge]:
    """The demo FAQ, in the database and learned for one module, and gone after it."""
    if not (embeddings.available() and universal.available()):
        missing("the search's models", "run manage.py fetch_models")
    knowledge = _knowledge()
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(faq.search, "knowledge", knowledge)
        asking.learn_demo()
        yield knowledge
        knowledge.settle()
        transaction.set_rollback(True)
