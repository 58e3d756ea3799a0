"""Dan in Django's admin: wordings that count at once, trying, reading what happened."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import People

HONEST = "I have no answer to that"


def add_wording(page: Page, title: str, wording: str) -> None:
    """Open the entry from the list and give it one more wording."""
    page.goto(f"{page.url.split('/admin/')[0]}/admin/faq/entry/?q={title}")
    page.locator("#result_list").get_by_role("link", name=title, exact=True).click()
    empty = page.locator("#phrasings-group tr.form-row:not(.empty-form) input[type=text]")
    empty.last.fill(wording)
    page.locator('input[name="_save"]').first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_a_new_wording_counts_from_the_next_question_on(people: People):
    dan, alice = people.admin(), people.customer("alice-wording")
    alice.asks("flux capacitor alignment")
    alice.sees(HONEST)
    add_wording(dan, "Classroom projector", "flux capacitor alignment")
    alice.asks("flux capacitor alignment?")
    expect(alice.bot_messages.last).to_contain_text("from “Classroom projector”")


def test_a_withdrawn_entry_is_not_found_any_more(people: People):
    dan, alice = people.admin(), people.customer("alice-withdrawn")
    alice.asks("How do I print a poster?")
    expect(alice.bot_messages.last).to_contain_text("from “Print a poster”")
    dan.goto(f"{people.server.url}/admin/faq/entry/?q=Print a poster")
    dan.locator("#result_list").get_by_role("link", name="Print a poster", exact=True).click()
    dan.wait_for_load_state()  # the preview moves what is below it
    dan.locator("#id_is_published").uncheck()
    dan.locator('input[name="_save"]').first.click()
    expect(dan.locator(".messagelist .success")).to_be_visible()
    alice.asks("How do I print a poster, please?")
    expect(alice.bot_messages.last).not_to_contain_text("Print a poster")


def test_trying_a_question_shows_hits_with_score_and_why(people: People):
    dan = people.admin()
    dan.goto(f"{people.server.url}/admin/faq/entry/")
    dan.get_by_role("link", name="Try a question").click()
    dan.get_by_label("Question").fill("how do i get on wifi?")
    dan.get_by_role("button", name="Try").click()
    expect(dan.get_by_text("The bot sends the first answer.")).to_be_visible()
    first = dan.locator("#result_list tbody tr").first
    expect(first.get_by_role("link", name="Connect to Wi-Fi")).to_be_visible()
    expect(first.locator("strong")).to_have_text(re.compile(r"^0\.\d{3}$"))
    for why in ("meaning", "words", "learned"):
        expect(dan.locator("#result_list thead")).to_contain_text(re.compile(why, re.IGNORECASE))
    dan.get_by_label("Question").fill("password")
    dan.get_by_role("button", name="Try").click()
    expect(dan.get_by_text("The bot asks which of these was meant.")).to_be_visible()


def test_conversations_and_bot_turns_are_read_and_not_changed(people: People):
    dan, alice = people.admin(), people.customer("alice-read")
    alice.asks("How do I connect to Wi-Fi?")

    dan.goto(f"{people.server.url}/admin/chat/conversation/")
    expect(dan.locator("#content .addlink")).to_have_count(0)
    dan.locator("#result_list").get_by_role("link", name="alice-read", exact=True).click()
    expect(dan.get_by_text('Choose the network "campus-secure"').first).to_be_visible()
    expect_nothing_to_change(dan)

    dan.goto(f"{people.server.url}/admin/chat/botturn/?q=alice-read")
    dan.locator("#result_list tbody th a").first.click()
    expect(dan.get_by_text("How do I connect to Wi-Fi?").first).to_be_visible()
    expect(dan.get_by_text("Connect to Wi-Fi").first).to_be_visible()
    expect_nothing_to_change(dan)


def expect_nothing_to_change(page: Page) -> None:
    content = page.locator("#content-main")
    expect(content.locator("input[type=submit], textarea, select")).to_have_count(0)
    expect(content.get_by_role("link", name="Delete")).to_have_count(0)
