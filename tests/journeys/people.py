"""People with a browser each, beside one another, at one desk."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.windows import AgentWindow, CustomerWindow
from tests.services.chromium import PATIENCE
from tests.services.server import PASSWORD, Server

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}

ACCOUNTS = {"Carol": "agent", "Frank": "agent2", "Dan": "admin"}


class People:
    """Opens browsers for customers and agents, and closes them all in the end.

    faults: what went wrong in the scripts of any page.
    """

    def __init__(self, browser: Browser, server: Server, sessions: dict[str, dict]) -> None:
        self.browser, self.server, self.sessions = browser, server, sessions
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def context(self, **options: object) -> BrowserContext:
        """A browser of its own, with nobody logged in."""
        settings = {"viewport": DESK, "locale": "en-GB", "timezone_id": "UTC"}
        settings |= {"reduced_motion": "reduce", **options}
        context = self.browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.contexts.append(context)
        return context

    def customer(self, label: str = "", url: str = "", **options: object) -> CustomerWindow:
        """A new customer, with that conversation open."""
        window = CustomerWindow(self.context(**options).new_page(), url or self.server.url)
        window.open(label)
        return window

    def agent(self, name: str, url: str = "", **options: object) -> AgentWindow:
        """An agent who has logged in, with the dashboard open."""
        url = url or self.server.url
        context = self.context(storage_state=self.session(name), **options)
        window = AgentWindow(context.new_page(), url)
        window.open_dashboard()
        return window

    def session(self, name: str) -> dict:
        """What the browser keeps after the login; one login a person serves a whole module."""
        if name not in self.sessions:
            page = self.context().new_page()
            log_in(page, self.server.url, name)
            self.sessions[name] = page.context.storage_state()  # type: ignore[assignment]
            page.context.close()
        return self.sessions[name]

    def admin(self, url: str = "") -> Page:
        """Dan in Django's admin."""
        page = self.context(storage_state=self.session("Dan")).new_page()
        page.goto(f"{url or self.server.url}/admin/")
        return page


def log_in(page: Page, url: str, name: str) -> None:
    """Log in on the login page, which leads to the dashboard."""
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Username").fill(ACCOUNTS[name])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("agent-lists")).to_be_visible()


def second_window(window: CustomerWindow, label: str) -> CustomerWindow:
    """One more window of the same customer's browser."""
    other = CustomerWindow(window.page.context.new_page(), window.url)
    other.open(label)
    return other
