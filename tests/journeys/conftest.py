"""A desk a module, a Chromium a module, and people before it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import People, UsedBrowsers
from tests.services.server import Desk, Server, copy_of_demo
from tests.services.ws import visitor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.server)


def wait_for_the_bot(server: Server, label: str = "first") -> None:
    """Wait until the bot answers from the FAQ, by asking it in a conversation of that label."""
    server.wait_until_learned()
    with visitor(server, label).chat() as chat:
        chat.say("How do I connect to Wi-Fi?")
        chat.receive("message", sender="bot")


@pytest.fixture(scope="module")
def module_desk(
    demo: Desk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Desk]]:
    """Make a desk on SQLite for this module: module_desk(messages_a_minute=3)."""
    desks: list[Desk] = []

    def make(**settings: object) -> Desk:
        desk = copy_of_demo(demo, tmp_path_factory.mktemp("journey") / "data", **settings)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk]) -> Server:
    """The desk as setup.sh starts it: one process on SQLite, with the demo."""
    server = module_desk().server()
    wait_for_the_bot(server)
    return server


@pytest.fixture(scope="module")
def sessions() -> dict[str, list]:
    """Logins that this module's people share: the cookies of each."""
    return {}


@pytest.fixture(scope="module")
def used_browsers(browser: Browser) -> UsedBrowsers:
    """What this module's people leave to each other."""
    return UsedBrowsers()


@pytest.fixture
def people(
    browser: Browser, server: Server, sessions: dict[str, list], used_browsers: UsedBrowsers
) -> Iterator[People]:
    people = People(browser, server, sessions, used_browsers)
    yield people
    people.close()
    assert people.faults == []
