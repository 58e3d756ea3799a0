"""A login that ends: the dashboard closes within two seconds and says so."""

from playwright.sync_api import Page, expect

from tests.journeys.people import ACCOUNTS, People, log_in
from tests.journeys.windows import AgentWindow
from tests.services.patience import within
from tests.services.server import PASSWORD

OVER = "Your session is over."

# When the line about the connection says that the session is over, by the machine's clock.
WATCH = """
document.addEventListener("DOMContentLoaded", () => {
  const line = document.querySelector("connection-line");
  const look = () => { window.overAt ??= line.textContent.includes("session is over")
    ? Date.now() : undefined; };
  if (line) new MutationObserver(look).observe(line, { childList: true });
});
"""


def logged_in(people: People, name: str) -> AgentWindow:
    """An agent with a login of their own, and the dashboard open."""
    context = people.context()
    context.add_init_script(WATCH)
    window = AgentWindow(context.new_page(), people.server.url)
    log_in(window.page, window.url, name)
    window.open_dashboard()
    return window


def assert_over_in_time(window: AgentWindow, since: float) -> None:
    """`since`: when the answer that ended the session was there, in ms of the same clock."""
    expect(window.connection).to_contain_text(OVER)
    assert window.page.evaluate("overAt") - since < 1000 * within(2)


def test_logout_closes_the_other_windows(people: People):
    carol = logged_in(people, "Carol")
    alice = people.customer("alice-logout")
    alice.asks("Hello!")
    carol.open("alice-logout")
    carol.take_over()
    other = carol.page.context.new_page()
    other.goto(f"{carol.url}/agent/dashboard/")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()
    assert_over_in_time(carol, loaded_at(other))

    alice.say("Are you still there?")
    expect(carol.message("Are you still there?")).to_have_count(0)
    carol.connection.get_by_role("link", name="Log in again").click()
    expect(carol.page).to_have_title("Log in · IT Help Desk")
    carol.page.get_by_label("Username").fill(ACCOUNTS["Carol"])
    carol.page.get_by_label("Password").fill(PASSWORD)
    carol.page.get_by_role("button", name="Log in").click()
    carol.is_state("You have it")
    carol.sees("Are you still there?")


def test_removal_from_the_group_closes_the_dashboard(people: People):
    frank, dan = logged_in(people, "Frank"), people.admin()
    open_user(dan, "Frank")
    dan.get_by_label("Agents").uncheck()
    save(dan)
    assert_over_in_time(frank, loaded_at(dan))
    answer = frank.page.goto(f"{frank.url}/agent/dashboard/")
    assert answer is not None
    assert answer.status == 403
    expect(frank.page.get_by_role("heading", name="This is not open to you")).to_be_visible()
    expect(frank.page.locator(".desk")).to_have_text("IT Help Desk")
    frank.page.get_by_role("button", name="Log in as somebody else").click()
    expect(frank.page.get_by_role("heading", name="Log in")).to_be_visible()

    open_user(dan, "Frank")
    dan.get_by_label("Agents").check()
    save(dan)
    log_in(frank.page, frank.url, "Frank")


def test_a_new_password_closes_the_dashboard(people: People):
    frank, dan = logged_in(people, "Frank"), people.admin()
    open_user(dan, "Frank")
    dan.goto(dan.url.replace("/change/", "/password/"))
    for field in ("password1", "password2"):
        dan.locator(f"#id_{field}").fill("another-password-for-Frank")
    dan.locator('form#user_form input[type="submit"]:visible').first.click()
    expect(dan.locator(".messagelist .success")).to_be_visible()
    assert_over_in_time(frank, loaded_at(dan))


def open_user(page: Page, name: str) -> None:
    page.goto(f"{page.url.split('/admin/')[0]}/admin/auth/user/")
    users = page.locator("#result_list")  # the menu names whoever was opened last, too
    users.get_by_role("link", name=ACCOUNTS[name], exact=True).click()
    expect(page.locator("#id_username")).to_have_value(ACCOUNTS[name])


def save(page: Page) -> None:
    page.locator('input[name="_save"]').first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def loaded_at(page: Page) -> float:
    """When the first byte of this page came, in milliseconds since 1970."""
    timing = "performance.timeOrigin + performance.getEntriesByType('navigation')[0].responseStart"
    return page.evaluate(timing)
