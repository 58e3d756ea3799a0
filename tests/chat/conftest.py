"""The core's tests: what an action announces, a hub in the test's loop, a desk for a module."""

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from chat import events
from chat.frames import Change
from chat.hub import Hub
from chat.models import Conversation
from tests.chat.screens import assert_changes_lead_to_the_database, pictures
from tests.services.server import Desk, Server, copy_of_demo


@pytest.fixture
def announced(monkeypatch, django_capture_on_commit_callbacks) -> Callable:
    """Collects what is announced in a block, and checks it by its effect.

    with announced(conversation) as changes: ...

    After the block, every reader's old picture with the changes applied is the new picture.
    """

    @contextlib.contextmanager
    def watch(*conversations: Conversation) -> Iterator[list[Change]]:
        changes: list[Change] = []
        monkeypatch.setattr(events, "announce", changes.extend)
        before = pictures(conversation.pk for conversation in conversations)
        with django_capture_on_commit_callbacks(execute=True):
            yield changes
        assert_changes_lead_to_the_database(before, changes)

    return watch


@pytest.fixture
async def hub(transactional_db) -> AsyncIterator[Hub]:
    """A running hub on the test's event loop, without other processes."""
    hub = Hub()
    await hub.start()
    yield hub
    await hub.stop()


@pytest.fixture(scope="module")
def module_desk(request, tmp_path_factory) -> Iterator[Callable[..., Desk]]:
    """Makes desks that live as long as the module, on the database under test."""
    desks: list[Desk] = []

    def make(**settings: object) -> Desk:
        folder = tmp_path_factory.mktemp("module-desk")
        if "TEST_DATABASE_URL" in os.environ:
            template = request.getfixturevalue("demo_on_postgres")
            name = f"module_{abs(hash(request.module.__name__))}_{len(desks)}"
            settings["database_url"] = request.getfixturevalue("postgres").create(name, template)
            desk = Desk(folder, **settings)
        else:
            desk = copy_of_demo(request.getfixturevalue("demo"), folder, **settings)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture(scope="module")
def house(module_desk) -> Server:
    """One web server for the tests of a module; its bot is silent, and nothing is limited."""
    plenty = {"messages_a_minute": 100_000, "messages_a_minute_by_address": 100_000}
    return module_desk(bot="outside", **plenty).server()
