"""What the desk refuses, and how a customer gets on from there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import People, second_window
from tests.journeys.windows import CustomerWindow, wait_until
from tests.services.patience import EVENTUALLY
from tests.services.server import Desk, Server

A_MINUTE = 4
LONGEST = 4_000  # characters of a message


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk]) -> Server:
    server = module_desk(messages_a_minute=A_MINUTE, sockets=2).server()
    wait_for_the_bot(server)
    return server


def test_more_messages_than_a_minute_allows(people: People, server: Server):
    alice = people.customer("alice-fast")
    alice.person.click()
    alice.sees("Nobody from the team is here right now.")
    # A new minute may begin among them.
    texts = [f"line {number}" for number in range(1, 2 * A_MINUTE + 2)]
    for text in texts:
        alice.write(text)
    problem = alice.page.locator("#problem")
    expect(problem).to_contain_text(f"That is more than {A_MINUTE} messages a minute.")
    expect(alice.own(texts[-1])).to_have_attribute("data-state", "pending")

    # A desk that counts anew takes the rest, in order and once.
    server.desk.settings["messages_a_minute"] = 60
    server.env["HELPDESK_MESSAGES_A_MINUTE"] = "60"
    server.restart()
    alice.page.reload()
    for text in texts:
        alice.has_sent(text)
    expect(problem).to_be_empty()
    assert [text for text in alice.texts if text.startswith("line")] == texts


def test_too_long_a_message_is_not_sent(people: People):
    alice = people.customer("alice-longest")
    box = alice.page.locator("chat-composer textarea")
    box.fill("x" * (LONGEST + 1))
    expect(alice.page.get_by_text("1 character too long")).to_be_visible()
    expect(alice.page.get_by_role("button", name="Send")).to_be_disabled()
    box.press("Enter")
    expect(alice.thread.locator("chat-message")).to_have_count(0)
    box.fill("x" * LONGEST)
    box.press("Enter")
    alice.has_sent("x" * LONGEST)


def test_too_many_windows(people: People):
    alice = people.customer("alice-many")
    other = second_window(alice, "alice-many")
    third = CustomerWindow(alice.page.context.new_page(), alice.url)
    third.page.goto(f"{alice.url}/chat/alice-many/")
    expect(third.connection).to_contain_text("This page is open in too many windows.")

    other.page.close()
    again = third.page.get_by_role("button", name="try again")

    def is_let_in() -> bool:
        """The server hears of the closed window a moment later: then one tries once more."""
        if again.is_visible():
            again.click()
            third.page.wait_for_timeout(300)
        return third.status.inner_text() != "Connecting…"

    wait_until(third.page, is_let_in, EVENTUALLY, "a place for the third window")
    third.say("Here I am.")
    alice.sees("Here I am.")
    expect(third.status).to_have_text(re.compile("The bot answers"))
