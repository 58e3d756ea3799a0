"""Nobody is there, and the answer finds the customer all the same; accounts; who is writing."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import DESK, PHONE, People
from tests.journeys.windows import AgentWindow, CustomerWindow
from tests.services import mail
from tests.services.mail import Mailbox
from tests.services.server import Desk, Server

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail.running() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk], mailbox: Mailbox) -> Server:
    """A desk that is closed today and tomorrow, and sends letters at once."""
    opens = datetime.now(UTC) + timedelta(days=2)
    hours = f"{opens:%a} 09:00-17:00"
    server = module_desk(hours=hours, email_url=mailbox.url, email_after=0).server()
    wait_for_the_bot(server)
    return server


def goes_away(agent: AgentWindow) -> None:
    switch = agent.page.get_by_role("switch", name="Available to answer")
    expect(switch).to_be_visible()
    if switch.is_checked():
        switch.click()
    expect(switch).not_to_be_checked()


@SIZES
def test_nobody_is_there_and_the_answer_comes_by_e_mail(
    people: People, mailbox: Mailbox, size: dict
):
    address = f"alice-{size['width']}@example.org"
    carol = people.agent("Carol", viewport=size)
    goes_away(carol)
    alice = people.customer(f"alice-mail-{size['width']}", viewport=size)
    alice.say("I cannot open the door of the lab")
    alice.person.click()
    alice.sees("The desk is closed right now and opens again on")
    expect(alice.status).to_have_text("Closed, a person answers later")
    alice.page.get_by_label("Your name").fill(f"Alice {size['width']}")
    alice.page.get_by_label("E-mail address").fill(address)
    alice.page.get_by_role("button", name="Save").click()
    expect(alice.page.get_by_text(f"Answers reach you at {address}.")).to_be_visible()
    alice.page.context.close()

    carol.open(f"Alice {size['width']}")
    carol.take_over()
    if size == DESK:
        expect(carol.page.locator(".beside")).to_contain_text(address)
    carol.say("Your card is active again.")
    letter = mailbox.wait_for(address)
    assert "Your card is active again." in letter.get_content()
    carol.sees("Sent to the customer's e-mail address, too.")

    (link,) = re.findall(r"http\S+/return/\S+", letter.get_content())
    fresh = people.context(viewport=size).new_page()
    fresh.goto(link)
    fresh.get_by_role("button", name="Open it here").click()
    expect(fresh).to_have_url(f"{people.server.url}/")
    back = CustomerWindow(fresh, people.server.url)
    back.sees("I cannot open the door of the lab", "Your card is active again.")
    back.say("It opens, thanks!")
    carol.sees("It opens, thanks!")

    stranger = people.context().new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="This link opens nothing")).to_be_visible()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)


def test_an_account_has_the_same_history_on_a_second_device(people: People):
    alice = people.customer()
    alice.asks("Hello!")
    alice.page.get_by_role("link", name="Log in").click()
    alice.page.get_by_role("link", name="Register").click()
    page = alice.page
    fill(page, name="Alice Baker", username="alice", email="alice.baker@example.org")
    fill(page, password1=PASSWORD, password2=PASSWORD)
    expect(page.get_by_label("Keep what I wrote in this browser just now")).to_be_checked()
    page.get_by_role("button", name="Register").click()
    expect(alice.own("Hello!")).to_have_count(1)

    phone = people.customer(viewport=PHONE)
    expect(phone.own("Hello!")).to_have_count(0)
    phone.page.get_by_role("link", name="Log in").click()
    fill(phone.page, login="alice.baker@example.org", password=PASSWORD)
    phone.page.get_by_role("button", name="Log in").click()
    expect(phone.own("Hello!")).to_have_count(1)
    phone.say("And this is from my phone")
    alice.sees("And this is from my phone")
    expect(people.agent("Carol").row("Alice Baker")).to_be_visible()

    other = phone.page.context.new_page()
    other.goto(f"{people.server.url}/accounts/")
    other.get_by_role("button", name="Log out").click()
    expect(phone.connection).to_contain_text("Your session is over.")
    after = CustomerWindow(other, people.server.url)
    expect(after.status).to_have_text("The bot answers")
    expect(after.own("Hello!")).to_have_count(0)


def test_each_sees_that_the_other_writes(people: People):
    alice, carol = people.customer("alice-types"), people.agent("Carol")
    alice.asks("Hello!")
    carol.open("alice-types")
    carol.take_over()
    expect(alice.status).to_have_text("Carol Reyes answers")
    for writer, reader, words in (
        (alice, carol, "The customer is writing"),
        (carol, alice, "Carol Reyes is writing"),
    ):
        typing = reader.page.locator(".typing")
        expect(typing).to_be_hidden()
        writer.page.locator("chat-composer textarea").press_sequentially("My door")
        expect(typing).to_have_text(words)
        writer.page.keyboard.press("Enter")
        expect(reader.own("My door").last).to_be_visible()
        expect(typing).to_be_hidden()
        writer.page.locator("chat-composer textarea").fill("")
