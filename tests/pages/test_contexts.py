"""The tests of a module share a browser's cache, and nothing else of what a page leaves behind."""

import pytest
from playwright.sync_api import BrowserContext, Page

LEAVE = """async () => {
    localStorage.setItem("left", "here");
    await new Promise((done, failed) => {
        const request = indexedDB.open("left", 1);
        request.onsuccess = () => { request.result.close(); done(); };
        request.onerror = failed;
    });
}"""
FIND = "async () => [localStorage.length, (await indexedDB.databases()).length]"


@pytest.mark.parametrize("turn", ["the first", "the next"])
def test_nobody_was_here_before(context: BrowserContext, page: Page, pages_url: str, turn: str):
    page.goto("/accounts/login/")
    assert page.evaluate(FIND) == [0, 0]
    assert [cookie["name"] for cookie in context.cookies()] == ["csrftoken"]
    assert page.evaluate("navigator.onLine")
    page.evaluate(LEAVE)
    context.add_cookies([{"name": "left", "value": "here", "url": pages_url}])
    context.set_offline(True)
