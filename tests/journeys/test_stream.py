"""A reply as it is written: seen by the customer, by who comes in the middle, and by an agent."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import PHONE, People
from tests.journeys.proxy import Wire
from tests.journeys.windows import ChatWindow, CustomerWindow
from tests.services.paced import FIRST, PACED, QUESTION, SECOND, Paced
from tests.services.patience import within
from tests.services.server import Desk, Server

# All that the page ever showed of the bot's words, whenever they changed.
WATCH = """
window.read = [];
document.addEventListener("DOMContentLoaded", () => {
  const log = () => {
    const words = [...document.querySelectorAll("chat-message[data-sender=bot] .message-text")];
    const text = words.map((one) => one.innerText).join("|");
    if (text !== read.at(-1)) read.push(text);
  };
  new MutationObserver(log).observe(document.querySelector("chat-thread"), {
    childList: true, characterData: true, subtree: true,
  });
});
"""


@pytest.fixture(scope="module")
def module_paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paced]:
    path = tmp_path_factory.mktemp("paced") / "release"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELD_MODEL_RELEASE", str(path))
        yield Paced(path)


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk], module_paced: Paced, models: Path) -> Server:
    server = module_desk(**PACED).server()
    wait_for_the_bot(server)
    return server


@pytest.fixture
def paced(module_paced: Paced) -> Iterator[Paced]:
    module_paced.hold()
    yield module_paced
    module_paced.let()


def stream(window: ChatWindow) -> Locator:
    return window.thread.locator("chat-message[data-state='writing']")


def typing(window: ChatWindow) -> Locator:
    return window.page.locator(".typing")


def watched(people: People, label: str, url: str = "", **options: object) -> CustomerWindow:
    """A customer whose page keeps what it showed."""
    context = people.context(**options)
    context.add_init_script(WATCH)
    window = CustomerWindow(context.new_page(), url or people.server.url)
    window.open(label)
    return window


def assert_nothing_was_taken_back(window: ChatWindow) -> None:
    read = [text for text in window.page.evaluate("read") if text]
    assert read, "nothing was shown"
    for before, after in pairwise(read):
        assert after.startswith(before), read


def test_it_is_read_as_it_is_written_also_after_a_reload_and_by_an_agent(
    people: People, paced: Paced
):
    alice, carol = watched(people, "alice-reads"), people.agent("Carol")
    alice.say(QUESTION)
    expect(typing(alice)).to_be_visible()
    expect(stream(alice)).to_have_count(0)

    paced.let(1)
    expect(stream(alice)).to_contain_text(FIRST)
    expect(typing(alice)).to_be_hidden()
    expect(stream(alice)).not_to_contain_text(SECOND)
    carol.open("alice-reads")
    expect(stream(carol)).to_contain_text(FIRST)
    expect(carol.page.get_by_role("button", name="Stop writing")).to_be_hidden()

    paced.let(2)
    for window in (alice, carol):
        expect(stream(window)).to_contain_text(SECOND)
    paced.let()
    for window in (alice, carol):
        expect(stream(window)).to_have_count(0)
        expect(window.thread.locator("chat-message[data-sender='bot']")).to_have_count(1)
        window.sees(FIRST)
        expect(window.page.get_by_text("Written by a language model.")).to_be_visible()
    assert_nothing_was_taken_back(alice)
    alice.page.reload()
    alice.sees(FIRST, SECOND)


def test_a_browser_that_comes_back_goes_on_reading_or_finds_the_message_once(
    people: People, server: Server, paced: Paced
):
    paced.let(1)
    with Wire(server.port) as wire:
        alice = watched(people, "alice-returns", wire.url)
        alice.say(QUESTION)
        expect(stream(alice)).to_contain_text(FIRST)
        alice.page.reload()
        expect(stream(alice)).to_contain_text(FIRST)

        # Away while the second sentence is written: it is there on her return.
        wire.cut()
        paced.let(2)
        expect(alice.connection).to_contain_text("No connection")
        wire.mend()
        expect(stream(alice)).to_contain_text(SECOND)

        # Away while it ends: the message is there, once.
        wire.cut()
        paced.let()
        expect(alice.connection).to_contain_text("No connection")
        bob = people.customer("bob-meanwhile")
        bob.asks("How do I connect to Wi-Fi?")
        wire.mend()
        expect(stream(alice)).to_have_count(0)
        alice.sees(FIRST, SECOND)
        expect(alice.bot_messages).to_have_count(1)
        assert_nothing_was_taken_back(alice)


def test_on_a_phone_the_customer_stops_it_and_what_was_shown_is_the_message(
    people: People, paced: Paced
):
    paced.let(1)
    alice = watched(people, "alice-stops", viewport=PHONE)
    alice.say(QUESTION)
    expect(stream(alice)).to_contain_text(FIRST)
    stop = alice.page.get_by_role("button", name="Stop writing")
    expect(stop).to_be_enabled()
    pressed = time.monotonic()
    stop.click()
    # The page's own time from the finger to the frame is in it.
    assert paced.stopped_after(pressed) < within(0.2) + 0.3
    expect(stream(alice)).to_have_count(0)
    alice.sees(FIRST)
    expect(alice.message(SECOND)).to_have_count(0)
    assert_nothing_was_taken_back(alice)
    alice.page.reload()
    alice.sees(FIRST)


def test_a_takeover_ends_it_and_leaves_what_was_read(people: People, paced: Paced):
    paced.let(1)
    alice, carol = watched(people, "alice-taken"), people.agent("Carol")
    alice.say(QUESTION)
    expect(stream(alice)).to_contain_text(FIRST)
    carol.open("alice-taken")
    expect(stream(carol)).to_contain_text(FIRST)
    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.", FIRST)
    expect(alice.page.get_by_text("Interrupted: a person took over")).to_be_visible()
    carol.say("Hello, this is Carol.")
    alice.sees("Hello, this is Carol.")
    assert_nothing_was_taken_back(alice)


def test_a_model_that_fails_says_the_contracts_words_and_the_second_time_a_person_comes(
    people: People, paced: Paced
):
    paced.break_down()
    alice = people.customer("alice-fails")
    alice.asks(QUESTION)
    failed = alice.bot_messages.first
    expect(failed.locator(".message-text")).to_have_text(
        "Sorry, something went wrong. Please try again later."
    )
    expect(failed.get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(typing(alice)).to_be_hidden()
    expect(alice.status).to_have_text("The bot answers")

    alice.say(f"Once more: {QUESTION}")
    expect(alice.status).not_to_have_text("The bot answers")
    alice.page.reload()
    alice.sees(f"Once more: {QUESTION}")
    assert len([text for text in alice.texts if text == QUESTION]) == 1
