"""People with a browser each, beside one another, at one desk."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.windows import AgentWindow, CustomerWindow
from tests.services.chromium import PATIENCE
from tests.services.server import PASSWORD, Server

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}

ACCOUNTS = {"Carol": "agent", "Frank": "agent2", "Dan": "admin"}


class UsedBrowsers:
    """Browsers that tests of a module have used, and the next may: what they have fetched of the
    desk's files stays in their caches, where each of its own would fetch and compile them anew.
    """

    def __init__(self) -> None:
        self.free: dict[str, list[BrowserContext]] = {}
        self.faults: list[str] = []

    def take(self, options: dict[str, object]) -> BrowserContext | None:
        """One that was made with these options, if there is one."""
        free = self.free.get(repr(options))
        return free.pop() if free else None

    def put_back(
        self, context: BrowserContext, options: dict[str, object], origins: set[str]
    ) -> None:
        """Clear it of all that was done at these addresses, and let others have it."""
        staying, *others = context.pages
        for page in others:
            page.close()
        context.set_offline(False)
        context.clear_cookies()
        session = context.new_cdp_session(staying)
        for origin in sorted(origins):
            stored = {"origin": origin, "storageTypes": "local_storage,indexeddb"}
            session.send("Storage.clearDataForOrigin", stored)
        session.detach()
        self.free.setdefault(repr(options), []).append(context)


class People:
    """Opens browsers for customers and agents, and closes them all in the end.

    faults: what went wrong in the scripts of any page.
    """

    def __init__(
        self,
        browser: Browser,
        server: Server,
        sessions: dict[str, list],
        used: UsedBrowsers | None = None,
    ) -> None:
        self.browser, self.server, self.sessions = browser, server, sessions
        self.used = used or UsedBrowsers()
        self.contexts: list[BrowserContext] = []
        self.taken: list[tuple[BrowserContext, dict[str, object]]] = []
        self.origins = {server.url}
        self.faults = self.used.faults
        self.faults.clear()

    def close(self) -> None:
        for context, options in self.taken:
            if context.pages:  # else the test has closed it
                self.used.put_back(context, options, self.origins)
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

    def used_before(self, url: str, **options: object) -> BrowserContext:
        """A browser in which nobody is logged in and nothing is stored, to be used at `url`. What
        a test does to it by scripts and routes of the context would stay: that takes `context`."""
        context = self.used.take(options)
        if context is None:
            context = self.context(**options)
            self.contexts.remove(context)
            context.new_page()  # stays open, and its process with what is compiled
        self.taken.append((context, options))
        self.origins.add(url)
        return context

    def customer(self, label: str = "", url: str = "", **options: object) -> CustomerWindow:
        """A new customer, with that conversation open."""
        url = url or self.server.url
        window = CustomerWindow(self.used_before(url, **options).new_page(), url)
        window.open(label)
        return window

    def agent(self, name: str, url: str = "", **options: object) -> AgentWindow:
        """An agent who has logged in, with the dashboard open."""
        url = url or self.server.url
        window = AgentWindow(self.logged_in(name, url, **options).new_page(), url)
        window.open_dashboard()
        return window

    def logged_in(self, name: str, url: str, **options: object) -> BrowserContext:
        """A browser in which that person has logged in; one login serves a whole module."""
        context = self.used_before(url, **options)
        if name in self.sessions:
            context.add_cookies(self.sessions[name])
        else:
            page = context.new_page()
            log_in(page, self.server.url, name)
            self.sessions[name] = context.cookies()
            page.close()
        return context

    def admin(self, url: str = "") -> Page:
        """Dan in Django's admin."""
        url = url or self.server.url
        page = self.logged_in("Dan", url).new_page()
        page.goto(f"{url}/admin/")
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
