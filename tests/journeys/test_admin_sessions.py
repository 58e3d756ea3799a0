"""Dan is logged out while he writes in the admin: nothing that he typed is lost, or left behind."""

from playwright.sync_api import Page, expect

from tests.journeys.people import ACCOUNTS, People
from tests.services.server import PASSWORD

TITLE = "Lost or stolen laptop"
NEW = "Ask at the front desk of the library."


def open_entry(page: Page, title: str = TITLE) -> None:
    page.goto(f"{page.url.split('/admin/')[0]}/admin/faq/entry/?q={title}")
    page.locator("#result_list").get_by_role("link", name=title, exact=True).click()
    page.wait_for_load_state()


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()


def log_in_in_a_new_tab(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    tab = opened.value
    tab.get_by_label("Username").fill(ACCOUNTS["Dan"])
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("button", name="Log out").first).to_be_visible()
    tab.close()


def test_what_was_typed_is_saved_after_a_new_log_in(people: People):
    dan = people.admin()
    open_entry(dan)
    dan.get_by_label("Answer:").fill(NEW)
    dan.context.clear_cookies(name="helpdesk_session")
    press_save(dan)
    note = dan.get_by_role("alert").filter(has_text="Not saved")
    expect(note).to_be_in_viewport()
    expect(note).to_contain_text("You are logged out.")
    log_in_in_a_new_tab(dan)
    expect(dan.get_by_label("Answer:")).to_have_value(NEW)
    kept = dan.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert NEW not in kept
    press_save(dan)
    expect(dan.locator(".messagelist .success")).to_contain_text("was changed successfully")
    open_entry(dan)
    expect(dan.get_by_label("Answer:")).to_have_value(NEW)


def test_a_change_made_meanwhile_is_told_as_ever(people: People):
    dan, other = people.admin(), people.admin()
    open_entry(dan)
    dan.get_by_label("Answer:").fill("Ask Dan.")
    dan.context.clear_cookies(name="helpdesk_session")
    open_entry(other)
    other.get_by_label("Answer:").fill("Ask somebody else.")
    press_save(other)
    expect(other.locator(".messagelist .success")).to_be_visible()
    press_save(dan)
    log_in_in_a_new_tab(dan)
    press_save(dan)
    expect(dan.get_by_text("This entry was changed after you opened this page")).to_be_visible()
    expect(dan.get_by_label("Answer:")).to_have_value("Ask Dan.")
    press_save(dan)
    expect(dan.locator(".messagelist .success")).to_be_visible()


def test_a_help_desk_that_does_not_answer_takes_nothing_either(people: People):
    dan = people.admin()
    open_entry(dan)
    dan.get_by_label("Answer:").fill("Ask Frank.")
    dan.context.set_offline(True)
    press_save(dan)
    expect(dan.get_by_text("The help desk does not answer")).to_be_in_viewport()
    dan.context.set_offline(False)
    # As a proxy answers for it.
    dan.route("**/*", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    dan.get_by_text("The help desk does not answer").evaluate("one => one.closest('p').remove()")
    press_save(dan)
    expect(dan.get_by_text("The help desk does not answer")).to_be_in_viewport()
    dan.unroute("**/*")
    expect(dan.get_by_label("Answer:")).to_have_value("Ask Frank.")
    press_save(dan)
    expect(dan.locator(".messagelist .success")).to_be_visible()


def test_a_form_of_what_was_deleted_meanwhile_is_told_so(people: People):
    dan, other = people.admin(), people.admin()
    other.goto(f"{people.server.url}/admin/faq/synonym/add/")
    other.get_by_label("People say:").fill("beamer")
    other.get_by_label("The FAQ says:").fill("projector")
    other.get_by_role("button", name="Save and continue editing").last.click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    dan.goto(other.url)
    dan.get_by_label("The FAQ says:").fill("video projector")
    other.get_by_role("link", name="Delete", exact=True).first.click()
    other.get_by_role("button", name="Yes, I’m sure").click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    press_save(dan)
    expect(dan.get_by_text("somebody has deleted it")).to_be_in_viewport()
    expect(dan.get_by_label("The FAQ says:")).to_have_value("video projector")
