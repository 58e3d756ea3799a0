"""Two web processes on PostgreSQL, joined by Redis: customer at one, agent at the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import People, UsedBrowsers
from tests.journeys.test_admin import add_wording
from tests.journeys.windows import CustomerWindow
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import Desk, Server

WIFI = 'Choose the network "campus-secure"'


@pytest.fixture(scope="module")
def servers(
    postgres: Postgres,
    demo_on_postgres: str,
    shared_redis: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Server]]:
    """The two web processes of one desk."""
    folder: Path = tmp_path_factory.mktemp("processes")
    database_url = postgres.create("journeys", demo_on_postgres)
    desk = Desk(folder, database_url=database_url, redis_url=shared_redis.url)
    here, there = desk.server(), desk.server()
    for server in (here, there):
        wait_for_the_bot(server)
    yield here, there
    desk.close()


@pytest.fixture
def people(
    browser: Browser,
    servers: tuple[Server, Server],
    sessions: dict[str, list],
    used_browsers: UsedBrowsers,
) -> Iterator[People]:
    people = People(browser, servers[0], sessions, used_browsers)
    yield people
    people.close()
    assert people.faults == []


def test_customer_and_agent_at_two_processes(people: People, servers: tuple[Server, Server]):
    here, there = servers
    carol, alice = people.agent("Carol", url=there.url), people.customer("alice-far", url=here.url)
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-far")
    carol.take_over()
    expect(alice.status).to_have_text("Carol Reyes answers")
    alice.say("It drops in the library")
    carol.sees("It drops in the library")
    carol.note("Ticket 4411")
    carol.say("I am looking into it.")
    alice.sees("I am looking into it.")

    # The same customer in a window at the other process.
    second = CustomerWindow(alice.page.context.new_page(), there.url)
    second.open("alice-far")
    second.say("Thank you")
    for window in (alice, carol):
        window.sees("Thank you")
    carol.act("hand_back")
    for window in (alice, second):
        expect(window.status).to_have_text("The bot answers")
    second.asks("How do I set up campus printing?")
    expect(alice.bot_messages).to_have_count(2)
    assert alice.texts == second.texts
    assert [text for text in carol.texts if text != "Ticket 4411"] == alice.texts


def test_a_new_wording_is_found_in_every_process(people: People, servers: tuple[Server, Server]):
    dan = people.admin(servers[0].url)
    customers = [people.customer(f"alice-at-{s.port}", url=s.url) for s in servers]
    for alice in customers:
        alice.asks("flux capacitor alignment")
        alice.sees("I have no answer to that")
    add_wording(dan, "Classroom projector", "flux capacitor alignment")
    for alice in customers:
        alice.asks("flux capacitor alignment?")
        expect(alice.bot_messages.last).to_contain_text("from “Classroom projector”")


def test_a_process_ends_under_an_open_chat(people: People, servers: tuple[Server, Server]):
    """The one at the other process goes on; what she misses meanwhile comes with the return."""
    here, there = servers
    carol, alice = people.agent("Carol", url=there.url), people.customer("alice-left", url=here.url)
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-left")
    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.")
    here.stop()
    carol.say("Are you there?")
    alice.write("My page was away")
    here.start()
    alice.sees("Are you there?")
    alice.has_sent("My page was away")
    carol.sees("My page was away")
    assert alice.texts == carol.texts
