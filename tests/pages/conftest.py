"""A browser, and a page on a morning in March 2026, for the screenshot tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages.frames import NOW
from tests.pages.look import DESK, Looker
from tests.services.chromium import PATIENCE
from tests.services.server import PASSWORD, Desk, Server, copy_of_demo


@pytest.fixture(scope="session")
def pages_server(demo: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all pages; nearly all of their sockets are scripted."""
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("pages") / "desk")
    yield desk.server()
    desk.close()


@pytest.fixture(scope="session")
def pages_url(pages_server: Server) -> str:
    return pages_server.url


@pytest.fixture(scope="module")
def modules_context(browser: Browser, pages_url: str) -> Iterator[BrowserContext]:
    """What `context` gives, with a page that stays: the desk's forty scripts and styles stay in
    its cache, where every context of its own would fetch them anew."""
    context = browser.new_context(
        viewport=DESK,
        base_url=pages_url,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.new_page()
    yield context
    context.close()


@pytest.fixture
def context(modules_context: BrowserContext, pages_url: str) -> Iterator[BrowserContext]:
    """A browser that nobody has used: no cookie, nothing stored, no window open."""
    context = modules_context
    staying, *_ = context.pages
    yield context
    for page in context.pages:
        if page is not staying:
            page.close()
    context.set_offline(False)
    context.clear_cookies()
    stored = {"origin": pages_url, "storageTypes": "local_storage,indexeddb"}
    session = context.new_cdp_session(staying)
    session.send("Storage.clearDataForOrigin", stored)
    session.detach()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.clock.install(time=NOW)
    return page


@pytest.fixture
def looker(page: Page, pages_folder: Path) -> Looker:
    return Looker(page, pages_folder)


@pytest.fixture(scope="session")
def pages_folder() -> Path:
    """Where the pictures go: TEST_SCREENSHOTS, or var/screenshots."""
    folder = Path(os.environ.get("TEST_SCREENSHOTS", "var/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def carols_cookies(pages_url: str) -> list[dict]:
    """What a browser keeps after Carol has logged in."""
    return cookies_of("agent", pages_url)


def cookies_of(username: str, pages_url: str) -> list[dict]:
    """What a browser keeps after that user has logged in."""
    with httpx.Client(base_url=pages_url) as client:
        client.get("/accounts/login/")
        form = {"login": username, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        answer = client.post("/accounts/login/", data=form, headers={"Referer": pages_url})
        assert answer.status_code == 302, answer.status_code
        return [
            {"name": name, "value": value, "url": pages_url}
            for name, value in client.cookies.items()
        ]


@pytest.fixture(scope="session")
def week_server(demo: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk of its own, after a week of use: for the admin's pages."""
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("week") / "desk")
    desk.manage("shell", "-c", "from tests.pages import week; week.write()")
    yield desk.server()
    desk.close()


@pytest.fixture(scope="session")
def dans_cookies(week_server: Server) -> list[dict]:
    return cookies_of("admin", week_server.url)


@pytest.fixture(scope="module")
def dans_page(browser: Browser, week_server: Server, dans_cookies: list[dict]) -> Iterator[Page]:
    """Dan's window at that desk, one for a module: the admin's files need not be fetched again."""
    context = browser.new_context(
        viewport=DESK, base_url=week_server.url, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(dans_cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def dans_looker(dans_page: Page, pages_folder: Path) -> Iterator[Looker]:
    looker = Looker(dans_page, pages_folder)
    yield looker
    looker.close()


@pytest.fixture
def carol_logged_in(context: BrowserContext, carols_cookies: list[dict]) -> None:
    context.add_cookies(carols_cookies)
