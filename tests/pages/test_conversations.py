"""The members' page: two people with logins and one with a token, in a real browser."""

import contextlib
import re
import time

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.pages.conftest import cookies_of
from tests.pages.look import Looker
from tests.services.chromium import PATIENCE
from tests.services.members import Member, tokens
from tests.services.patience import EVENTUALLY
from tests.services.server import copy_of_demo
from tests.services.ws import Person, logged_in

pytestmark = pytest.mark.browser
CAROL, FRANK, SAM = "carol@example.edu", "frank@example.edu", "sam@seller.example"
ADDRESSES = f"""
from django.contrib.auth.models import User
User.objects.filter(username="agent").update(email="{CAROL}")
User.objects.filter(username="agent2").update(email="{FRANK}")
"""


@pytest.fixture(scope="module")
def server(demo, tmp_path_factory):
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("conversations") / "desk")
    desk.manage("shell", "-v0", "-c", ADDRESSES)
    yield desk.server()
    desk.close()


@pytest.fixture
def open_page(browser: Browser, server):
    with contextlib.ExitStack() as stack:

        def come(username: str) -> Page:
            context = browser.new_context(
                base_url=server.url, reduced_motion="reduce", locale="en-GB"
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            context.add_cookies(cookies_of(username, server.url))
            page = context.new_page()
            page.goto("/conversations/")
            return page

        yield come


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")


def test_members_talk(open_page, server, pages_folder):
    carol, frank = open_page("agent"), open_page("agent2")
    looker = Looker(carol, pages_folder)
    expect(carol.get_by_text("You share no conversation yet.")).to_be_visible()
    looker.look("conversations-none", carol.get_by_role("button", name="New conversation"))
    carol.get_by_role("button", name="New conversation").click()
    carol.get_by_label("With").fill(f"{FRANK}, {SAM}")
    carol.get_by_label("Subject").fill("Order 7")
    carol.get_by_label("Message", exact=True).fill("Where is it?")
    looker.look("conversations-new", carol.get_by_role("button", name="Send").last)
    carol.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(carol.locator("chat-message")).to_contain_text("Where is it?")
    row = frank.get_by_role("link", name="Order 7")
    expect(row).to_contain_text("1 unread")
    row.click()
    expect(frank.locator("chat-message")).to_contain_text("Where is it?")
    write(frank, "On its way")
    expect(carol.locator("chat-message").last).to_contain_text("On its way")
    expect(carol.locator("chat-message").last).to_contain_text(FRANK)
    token = tokens(server.desk, SAM)[SAM]
    with Member(server, SAM, token) as sam:
        chat = sam.chats()[0]
        sam.page(chat["config_id"])
        sam.write([], *(f"text {n}" for n in range(50)), config_id=chat["config_id"])
    expect(carol.locator('chat-message[data-state="read"]')).to_have_count(1)
    expect(carol.locator("chat-message").last).to_contain_text("text 49")
    carol.reload()
    expect(carol.locator("chat-message")).to_have_count(50)
    carol.locator(".thread-log").evaluate("log => log.scrollTop = 0")
    expect(carol.locator("chat-message")).to_have_count(52)
    looker.look("conversations", carol.locator("chat-thread"))


def test_a_new_conversation_that_is_refused_is_kept_with_the_reason(open_page, pages_folder):
    carol = open_page("agent")
    carol.get_by_role("button", name="New conversation").click()
    carol.get_by_label("With").fill(", ".join(f"m{n}@example.edu" for n in range(100)))
    carol.get_by_label("Message", exact=True).fill("Where is it?")
    carol.get_by_role("dialog").get_by_role("button", name="Send").click()
    unsent = carol.locator("#unsent chat-message")
    for _ in range(2):
        expect(unsent).to_contain_text("To m0@example.edu, m1@example.edu")
        expect(unsent).to_contain_text("Not delivered. A conversation has at most 100 members.")
        carol.reload()
    Looker(carol, pages_folder).look("conversations-refused", unsent)
    unsent.get_by_role("button", name="Remove").click()
    expect(unsent).to_have_count(0)


def test_a_wrong_address_is_named_whole_and_corrected_in_the_form(open_page, pages_folder):
    carol = open_page("agent")
    carol.get_by_role("button", name="New conversation").click()
    dialog, addresses = carol.get_by_role("dialog"), carol.get_by_label("With")
    addresses.fill(f"frank at example, {SAM}")
    carol.get_by_label("Message", exact=True).fill("Where is it?")
    dialog.get_by_role("button", name="Send").click()
    said = "field => field.validationMessage"
    assert addresses.evaluate(said) == "“frank at example” is no e-mail address."
    expect(dialog).to_be_visible()
    expect(addresses).to_have_value(f"frank at example, {SAM}")
    Looker(carol, pages_folder).look("conversations-wrong-address", addresses)
    addresses.fill(f"{FRANK} {SAM}")
    dialog.get_by_role("button", name="Send").click()
    expect(carol.locator("#people")).to_contain_text(f"{FRANK}, {SAM}")
    expect(carol.locator("#unsent chat-message")).to_have_count(0)


class Line:
    """A page's way to the members' socket, which can be cut."""

    def __init__(self, page: Page) -> None:
        self.is_up = True
        self.route: WebSocketRoute | None = None
        page.route_web_socket(re.compile("/conversation/ws"), self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        if self.is_up:
            self.route = route
            route.connect_to_server()
        else:
            route.close(code=1012)

    def cut(self) -> None:
        assert self.route is not None
        self.is_up = False
        self.route.close(code=1012)


def test_what_is_announced_to_members_is_above_the_page(open_page, server, pages_folder):
    author, carol = logged_in(server, "admin"), open_page("agent")
    line = Line(carol)
    before = announced(author, "Parcels are late today.", form="message")
    carol.reload()
    shown = carol.locator(".announcement")
    expect(shown).to_contain_text("Parcels are late today.")
    public_id = announced(author, "The bank closes at noon.")
    expect(shown).to_have_count(2)
    Looker(carol, pages_folder).look("conversations-announcement", shown.last)
    until_counted(carol, author, public_id, "seen")
    shown.last.get_by_role("button", name="Put this announcement away").click()
    until_counted(carol, author, public_id, "dismissed")
    line.cut()
    author.post(f"/api/announcements/{before}/withdraw/")
    expect(shown).to_have_count(1)
    line.is_up = True
    expect(shown).to_have_count(0)


def announced(author: Person, text: str, **fields: str) -> str:
    """Announces to members; the announcement's id."""
    said = {"text": text, "audience": "members", **fields}
    answer = author.post("/api/announcements/", json=said)
    return str(answer.json()["announcement"]["id"])


def until_counted(page: Page, author: Person, public_id: str, state: str) -> None:
    """Waits until one reader's receipt is counted."""
    deadline = time.monotonic() + EVENTUALLY
    while time.monotonic() < deadline:
        found = author.page(f"/api/announcements/{public_id}/").json()["announcement"]
        if found["counts"][state] == 1:
            return
        page.wait_for_timeout(100)
    raise AssertionError(found)
