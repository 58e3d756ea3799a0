"""A reply as it is written: seen by the customer, by who comes in the middle, and by an agent."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import PHONE, People
from tests.journeys.windows import ChatWindow
from tests.services.server import Desk, Server

QUESTION = "Where does a newsletter go that the filter caught two months ago?"
FIRST = "Mark unwanted mail with Report"
SECOND = "look in the Junk folder"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`release.1` lets the model write its second sentence, `release.2` its third."""
    path = tmp_path_factory.mktemp("paced") / "release"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELD_MODEL_RELEASE", str(path))
        yield path


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk], release: Path, models: Path) -> Server:
    desk = module_desk(
        language_model="paced",
        language_model_provider="tests.chat.bot.doubles.PacedModel",
        language_model_seconds=200,
    )
    server = desk.server()
    wait_for_the_bot(server)
    return server


@pytest.fixture(autouse=True)
def _held_again(release: Path) -> Iterator[None]:
    yield
    for path in release.parent.glob("release.*"):
        path.unlink()


def stream(window: ChatWindow) -> Locator:
    return window.thread.locator("chat-message[data-state='writing']")


def test_it_is_read_as_it_is_written_also_after_a_reload_and_by_an_agent(
    people: People, release: Path
):
    alice, carol = people.customer("alice-reads"), people.agent("Carol")
    alice.say(QUESTION)
    expect(stream(alice)).to_contain_text(FIRST)
    expect(stream(alice)).not_to_contain_text(SECOND)

    alice.page.reload()
    expect(stream(alice)).to_contain_text(FIRST)
    carol.open("alice-reads")
    expect(stream(carol)).to_contain_text(FIRST)
    expect(carol.page.get_by_role("button", name="Stop writing")).to_be_hidden()

    release.with_name("release.1").touch()
    for window in (alice, carol):
        expect(stream(window)).to_contain_text(SECOND)
    for number in range(2, 9):
        release.with_name(f"release.{number}").touch()
    for window in (alice, carol):
        expect(stream(window)).to_have_count(0)
        expect(window.thread.locator("chat-message[data-sender='bot']")).to_have_count(1)
        window.sees(FIRST)
        expect(window.page.get_by_text("Written by a language model.")).to_be_visible()
    alice.page.reload()
    alice.sees(FIRST, SECOND)


def test_on_a_phone_the_customer_stops_it_and_what_was_shown_is_the_message(people: People):
    alice = people.customer("alice-stops", viewport=PHONE)
    alice.say(QUESTION)
    expect(stream(alice)).to_contain_text(FIRST)
    alice.page.get_by_role("button", name="Stop writing").click()
    expect(stream(alice)).to_have_count(0)
    alice.sees(FIRST)
    expect(alice.message(SECOND)).to_have_count(0)
    alice.page.reload()
    alice.sees(FIRST)


def test_a_takeover_ends_it_and_leaves_what_was_read(people: People):
    alice, carol = people.customer("alice-taken"), people.agent("Carol")
    alice.say(QUESTION)
    expect(stream(alice)).to_contain_text(FIRST)
    carol.open("alice-taken")
    expect(stream(carol)).to_contain_text(FIRST)
    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.", FIRST)
    expect(alice.page.get_by_text("Interrupted: a person took over")).to_be_visible()
    carol.say("Hello, this is Carol.")
    alice.sees("Hello, this is Carol.")
