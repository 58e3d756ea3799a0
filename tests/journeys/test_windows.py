"""One customer, several windows: the same thread everywhere, after a reload too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import People, second_window
from tests.journeys.windows import ChatWindow
from tests.pages.test_contexts import LEAVE
from tests.services.chromium import ARGUMENTS
from tests.services.process import program
from tests.services.server import Server

DATABASES = "async () => (await indexedDB.databases()).map((one) => one.name)"
WIFI = 'Choose the network "campus-secure"'


def test_two_windows_show_one_thread_live(people: People):
    alice = people.customer("alice-two")
    other = second_window(alice, "alice-two")

    alice.asks("How do I connect to Wi-Fi?")
    other.sees_thread("How do I connect to Wi-Fi?", WIFI)
    other.asks("password")
    alice.sees_thread("How do I connect to Wi-Fi?", WIFI, "password", "Did you mean")

    alice.choices().first.click()
    expect(other.choices()).to_have_count(0)
    expect(other.bot_messages).to_have_count(3)
    assert other.texts == alice.texts


def test_a_reload_loses_nothing_and_repeats_nothing(people: People):
    alice = people.customer("alice-reload")
    alice.asks("How do I connect to Wi-Fi?")
    alice.asks("printer")
    before = alice.texts
    alice.page.locator("chat-composer textarea").fill("half a sen")

    alice.page.reload()
    alice.sees_thread(*before)
    expect(alice.page.locator("chat-composer textarea")).to_have_value("half a sen")
    expect(alice.choices()).to_have_count(4)


@pytest.mark.parametrize("turn", ["the first", "the next"])
def test_who_comes_next_finds_nothing_of_those_before(people: People, turn: str):
    """Of the tests: they leave each other their browsers."""
    alice = people.customer("alice-next")
    assert alice.texts == []
    assert "left" not in {cookie["name"] for cookie in alice.page.context.cookies()}
    assert alice.page.evaluate("[localStorage.left ?? null, navigator.onLine]") == [None, True]
    assert "left" not in alice.page.evaluate(DATABASES)
    alice.write("Is this kept?")
    alice.has_sent("Is this kept?")
    alice.page.evaluate(LEAVE)
    alice.page.context.add_cookies([{"name": "left", "value": "here", "url": alice.url}])
    alice.page.context.set_offline(True)


def test_reloaded_while_sending_it_arrives_once(people: People):
    alice = people.customer("alice-hasty")
    alice.write("How do I connect to Wi-Fi?")
    alice.page.reload()
    alice.sees_thread("How do I connect to Wi-Fi?", WIFI)
    alice.has_sent("How do I connect to Wi-Fi?")


def test_anothers_address_shows_nothing_of_theirs(people: People):
    alice = people.customer("alice-private")
    alice.asks("How do I connect to Wi-Fi?")
    bob = people.customer("alice-private")
    assert bob.texts == []
    bob.asks("printer")
    expect(alice.message("printer")).to_have_count(0)


def test_a_long_thread_brings_earlier_messages_by_scrolling(people: People):
    alice = people.customer("alice-long")
    alice.person.click()
    for number in range(1, 56):
        alice.write(f"line {number:02}")
    alice.has_sent("line 55")
    alice.page.reload()
    alice.sees("line 55")
    expect(alice.message("line 01")).to_have_count(0)
    alice.page.locator(".thread-log").evaluate("log => log.scrollTop = 0")
    alice.sees("line 01")
    said = [text for text in alice.texts if text.startswith("line")]
    assert said == [f"line {number:02}" for number in range(1, 56)]


@pytest.fixture
def people_with_tabs(
    browser: Browser, server: Server, sessions: dict[str, list]
) -> Iterator[People]:
    """In a Chromium with its desktop: in the headless shell no tab is ever behind another."""
    path = program("chromium")
    with browser.browser_type.launch(executable_path=path, args=ARGUMENTS) as whole:
        people = People(whole, server, sessions)
        yield people
        people.close()
    assert people.faults == []


def test_the_title_counts_what_came_while_one_looked_away(people_with_tabs: People):
    people = people_with_tabs
    carol, alice = people.agent("Carol"), people.customer("alice-away")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-away")
    carol.take_over()
    plain = alice.page.title()

    look_away(alice)
    carol.say("Are you there?")
    carol.say("I can wait.")
    expect(alice.page).to_have_title(re.compile(rf"^\([23]\) {re.escape(plain)}$"))
    expect(carol.message("I can wait.")).to_have_attribute("data-state", "sent")

    look_back(alice)
    expect(alice.page).to_have_title(plain)
    expect(carol.message("I can wait.")).to_have_attribute("data-state", "read")


def look_away(window: ChatWindow) -> None:
    """Another tab before this one. Playwright lets every page believe it has the focus."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    window.page.context.new_page().bring_to_front()
    window.wait_until("document.hidden || !document.hasFocus()")


def look_back(window: ChatWindow) -> None:
    window.page.bring_to_front()
    window.wait_until("!document.hidden && document.hasFocus()")
