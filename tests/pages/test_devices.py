"""The agents' page of the devices in pictures, with real devices."""

import contextlib

import pytest
from playwright.sync_api import Page, expect

from tests.pages.look import PHONE, Looker
from tests.services.devices import Device
from tests.services.server import copy_of_demo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(demo, tmp_path_factory):
    desk = copy_of_demo(
        demo, tmp_path_factory.mktemp("devices") / "desk", device_registration="approve"
    )
    yield desk.server()
    desk.close()


@pytest.fixture
def page(browser, server):
    context = browser.new_context(base_url=server.url, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    yield page
    context.close()


def log_in(page: Page, server, username: str) -> None:
    from tests.services.ws import logged_in

    cookies = logged_in(server, username).http.cookies.jar
    page.context.add_cookies(
        [{"name": c.name, "value": c.value, "url": server.url} for c in cookies]
    )


def heads(page: Page) -> list[object]:
    """Where the heading and the links stand, and how large they are."""
    expect(page.locator("theme-switch button")).to_be_visible()  # it makes the bar above higher
    return page.evaluate(
        """() => [...document.querySelectorAll(".page-head h1, .page-head nav")].map((one) => {
            const { left, top, height } = one.getBoundingClientRect();
            return [one.tagName, one.tagName === "H1" && left, top, height];
        })"""
    )


def test_an_agent_lets_a_device_in_and_shuts_it_out(page: Page, server, pages_folder):
    looker = Looker(page, pages_folder)
    log_in(page, server, "admin")
    page.goto("/agent/devices/")
    expect(page.get_by_text("No device yet.")).to_be_visible()
    looker.look("devices-none")
    head = heads(page)
    page.get_by_role("navigation").get_by_role("link", name="Announcements").click()
    expect(page.get_by_role("heading", name="Announcements", level=1)).to_be_visible()
    assert heads(page) == head
    page.set_viewport_size(PHONE)
    head = heads(page)
    page.get_by_role("navigation").get_by_role("link", name="Devices").click()
    expect(page.get_by_role("heading", name="Devices", level=1)).to_be_visible()
    assert heads(page) == head
    address = f"{server.sockets}/"
    with contextlib.ExitStack() as stack:
        printer, kiosk = (stack.enter_context(Device(address)) for _ in range(2))
        for device, name in ((printer, "Printer 3"), (kiosk, "جهاز القاعة " + "x" * 40)):
            device.send({"register": True, "device_name": name})
            assert device.line() == "Could Not Register Your Device Successfully"
        page.reload()
        page.locator("li", has_text="Printer 3").get_by_role("button", name="Let in").click()
        assert printer.line().startswith("Device Successfully Registered.")
        expect(page.get_by_text("1 connected")).to_be_visible()
        looker.look("devices", page.get_by_role("button", name="Let in").first)
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator("li", has_text="Printer 3").get_by_role("button", name="Revoke").click()
        assert printer.line() == "Error: this key is not valid any more"
        expect(page.locator("li", has_text="Printer 3")).to_contain_text("Shut out")
