"""The pages of accounts, in pictures: a real server's, for they are forms without scripts."""

from playwright.sync_api import Page, expect

from tests.pages.look import Looker

PASSWORD = "correct horse battery"


def register(page: Page, name: str, **fields: str) -> None:
    page.goto("/accounts/signup/")
    values = {"username": name, "email": f"{name}@example.org", "name": name.title(), **fields}
    for field, value in values.items():
        page.locator(f"#id_{field}").fill(value)
    for field in ("password1", "password2"):
        page.locator(f"#id_{field}").fill(fields.get("password", PASSWORD))
    page.get_by_role("button", name="Register").click()


def test_registering(page: Page, looker: Looker):
    page.goto("/accounts/signup/")
    looker.look("signup", page.get_by_role("heading", name="Register"))
    page.locator("#id_username").fill("agent")
    page.locator("#id_email").fill("eve@example.org")
    page.locator("#id_password1").fill("12345678")
    page.locator("#id_password2").fill("12345679")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".problem").first).to_be_visible()
    looker.look("signup-wrong", page.get_by_role("heading", name="Register"))


def test_an_account(page: Page, looker: Looker):
    register(page, "gina")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.get_by_role("link", name="Your account").click()
    heading = page.get_by_role("heading", name="Your account")
    looker.look("account", heading)
    for name in ("password/change", "email", "logout", "reauthenticate"):
        page.goto(f"/accounts/{name}/")
        looker.look(f"account-{name.replace('/', '-')}", page.get_by_role("heading").first)


def test_a_forgotten_password_on_a_desk_without_e_mail(page: Page, looker: Looker):
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    looker.look("password-reset", page.get_by_text("This desk sends no e-mail."))
    page.goto("/accounts/password/reset/done/")
    looker.look("password-reset-done", page.get_by_role("heading"))
    page.goto("/accounts/password/reset/key/1-abc-def/")
    looker.look("password-reset-bad-link", page.get_by_role("heading"))


def test_a_link_that_opens_nothing(page: Page, looker: Looker):
    page.goto("/return/nothing/")
    heading = page.get_by_role("heading", name="This link opens nothing any more")
    expect(heading).to_be_visible()
    looker.complaints.clear()  # the console names the status
    looker.look("return-over", heading)
