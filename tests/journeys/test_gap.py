"""A question that the FAQ does not answer, until it does: customer, agent and admin in turn."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import People, second_window

ASKED = "how do i cook rice"
AGAIN = "how should i cook my rice"
REPLY = "Rice takes twice its volume of water and twelve minutes, with the lid on."


def make_entry_from_gap(dan: Page, question: str) -> None:
    """From the admin's index to an entry of that gap, with an agent's reply as its answer."""
    dan.get_by_role("link", name="Gaps", exact=True).first.click()
    gap = dan.locator("article.gap").filter(has_text=question)
    expect(gap.locator(".gap-size")).to_have_text(re.compile("2"))
    gap.get_by_role("link").click()
    dan.get_by_role("link", name="Take this as the answer").click()
    expect(dan.get_by_label("Answer:")).to_have_value(REPLY)
    dan.get_by_label("Category:").select_option(index=1)
    dan.get_by_role("button", name="Make the entry").click()
    expect(dan.get_by_text("2 of 2 questions are answered now")).to_be_visible()


def test_missed_twice_made_an_entry_and_answered(people: People):
    alice, carol = people.customer("alice-rice"), people.agent("Carol")
    alice.asks(ASKED)
    alice.sees("I have no answer to that")
    alice.asks(AGAIN)
    alice.sees("I could not help you with this")

    # The row says what it is about, not that the bot gave way.
    expect(carol.row("alice-rice", "waiting").locator(".row-text")).to_have_text(AGAIN)
    carol.open("alice-rice")
    carol.take_over()
    carol.say(REPLY)
    carol.act("hand_back")
    alice.sees("Carol Reyes left. The bot answers again.")

    make_entry_from_gap(people.admin(), ASKED)

    question = "please tell me how to cook rice"
    alice.asks(question)
    answer = alice.bot_messages.last
    expect(answer).to_contain_text(REPLY)
    expect(answer).to_contain_text(re.compile("from “How .* cook .*rice”"))

    other = second_window(alice, "alice-rice")
    answer.get_by_role("button", name="Helpful", exact=True).click()
    for window in (alice, other):
        thumb = window.bot_messages.last.get_by_role("button", name="Helpful", exact=True)
        expect(thumb).to_have_attribute("aria-pressed", "true")
    expect(carol.thread.get_by_text("The customer found this helpful")).to_be_visible()
    alice.page.reload()
    expect(thumb).to_have_attribute("aria-pressed", "true")


def test_who_waits_goes_back_to_the_bot_and_says_which_by_words(people: People):
    alice = people.customer("alice-back")
    alice.person.click()
    expect(alice.status).to_have_text(re.compile("^Waiting"))
    alice.page.get_by_role("button", name="Back to the bot").click()
    expect(alice.status).to_have_text("The bot answers")
    alice.asks("password")
    title = alice.choices().nth(1).inner_text()
    alice.asks("the second one")
    expect(alice.bot_messages.last).to_contain_text(f"from “{title}”")
