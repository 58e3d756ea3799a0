"""Carol announces; Alice reads; Carol sees how far it got, changes it, takes it back."""

import re

from playwright.sync_api import expect

from tests.journeys.people import PHONE, People


def test_an_announcement_from_the_first_word_to_its_end(people: People):
    carol, alice = people.agent("Carol").page, people.customer("announced")
    bob = people.customer("announced-phone", viewport=PHONE)
    carol.get_by_role("link", name="Announcements").click()
    carol.get_by_label("What to say").fill("The network is slow today.")
    carol.get_by_role("button", name="Announce").click()
    row = carol.locator(".announced-item").first
    for window in (alice, bob):
        expect(window.page.locator(".announcement")).to_contain_text("The network is slow today.")
    # Carol's own dashboard page is gone: two customers have it.
    expect(row).to_contain_text(re.compile("2 reached, 2 seen, 0 put away"))

    alice.page.get_by_role("button", name="Put this announcement away").click()
    expect(row).to_contain_text("1 put away")
    alice.page.reload()
    expect(alice.status).not_to_have_text("Connecting…")

    row.get_by_role("button", name="Edit").click()
    carol.get_by_label("What to say").fill("The network is well again.")
    carol.get_by_role("button", name="Save").click()
    expect(bob.page.locator(".announcement")).to_contain_text("The network is well again.")
    expect(alice.page.locator(".announcement")).to_have_count(0)

    late = people.customer("announced-late")
    expect(late.page.locator(".announcement")).to_have_count(1)
    row.get_by_role("button", name="Withdraw").click()
    row.get_by_role("button", name="Really withdraw?").click()
    for window in (bob, late):
        expect(window.page.locator(".announcement")).to_have_count(0)
    expect(row).to_contain_text("withdrawn")
