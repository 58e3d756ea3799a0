"""Choosing an assistant in the header of the customer's page, by pointer, keys and on a phone."""

from playwright.sync_api import Locator, Page, expect

from tests.pages.chat_page import Acknowledging, open_chat
from tests.pages.frames import GADGETS, live, message
from tests.pages.look import Looker

SAID = [message(1, "customer", "My phone is wet", 3), message(2, "bot", "Which network?", 3)]
SWITCHED = message(
    3, "system", "Switched to Gadget Support.", 1, event="assistant", assistant=GADGETS
)


def choice(page: Page) -> Locator:
    return page.get_by_role("button", name="choose another assistant")


def offered(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Assistants").get_by_role("button", name=name)


def test_the_choice(page: Page, looker: Looker):
    socket = open_chat(page, SAID)
    expect(choice(page)).to_have_text("IT Help Desk")
    choice(page).click()
    expect(offered(page, "IT Help Desk")).to_be_focused()
    expect(offered(page, "IT Help Desk")).to_have_attribute("aria-current", "true")
    looker.look("assistants-choice", offered(page, "Healthcare Assistant"))
    offered(page, "Gadget Support").click()
    socket.wait_for("assistant", assistant="gadget-support")
    expect(offered(page, "Gadget Support")).to_be_hidden()


def test_by_keys_alone(page: Page):
    socket = open_chat(page, SAID)
    choice(page).focus()
    page.keyboard.press("Enter")
    expect(offered(page, "IT Help Desk")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(offered(page, "Healthcare Assistant")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(offered(page, "IT Help Desk")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(offered(page, "IT Help Desk")).to_be_hidden()
    expect(choice(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(offered(page, "IT Help Desk")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    socket.wait_for("assistant", assistant="gadget-support")


def test_the_new_one_greets_and_suggests_until_something_is_said(page: Page, looker: Looker):
    socket = open_chat(page, SAID, Acknowledging([*SAID, SWITCHED]))
    socket.say(live(SWITCHED))
    expect(choice(page)).to_have_text("Gadget Support")
    question = page.get_by_role("button", name="Pair Bluetooth headphones")
    looker.look("assistants-switched", question, page.get_by_text("Which device is it"))
    question.click()
    socket.wait_for("message", message="Pair Bluetooth headphones")
    expect(question).to_be_hidden()
    expect(page.get_by_text("Which device is it")).to_be_visible()


def test_a_notice_stands_below_an_answer(page: Page, looker: Looker):
    notice = "This is general information and no medical advice."
    answer = message(2, "bot", "Rest, and drink enough.", 2, notice=notice)
    open_chat(page, [message(1, "customer", "I have a cold", 3), answer])
    looker.glance("assistants-notice", page.get_by_text(notice))


def test_where_there_is_only_one_nothing_is_to_be_chosen(page: Page):
    open_chat(page, SAID, assistants=[])
    expect(page.get_by_role("heading", name="IT Help Desk")).to_be_visible()
    expect(page.get_by_role("button", name="assistant")).to_have_count(0)


def test_without_a_connection_nothing_changes_and_the_page_says_so(page: Page):
    socket = open_chat(page, SAID)
    socket.close(1012)
    choice(page).click()
    offered(page, "Gadget Support").click()
    expect(page.get_by_role("alert").get_by_text("No connection")).to_be_visible()
    expect(choice(page)).to_have_text("IT Help Desk")
