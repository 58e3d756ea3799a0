"""What is announced: banners, a message in the thread, and the page where it is made."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.chat_page import open_chat
from tests.pages.dashboard_page import open_dashboard
from tests.pages.fake_socket import FakeSocket
from tests.pages.frames import NOW, at, history, message
from tests.pages.look import Looker

THREAD = [
    message(1, "customer", "Is the network slow?", 30),
    message(2, "bot", "I look it up for you.", 29),
    message(3, "customer", "thanks", 2),
]


def announcement(number: int = 1, text: str = "The network is slow today.", **more: Any) -> dict:
    return {
        "id": f"announcement-{number}",
        "revision": 1,
        "text": text,
        "form": "banner",
        "from": "Carol Reyes",
        "timestamp": at(10),
        "expires_at": None,
        "withdrawn": False,
        **more,
    }


def told(socket: FakeSocket, *announcements: dict) -> None:
    """As a connection begins."""
    socket.say({**history(THREAD), "announcements": list(announcements)})


def live(socket: FakeSocket, one: dict) -> None:
    socket.say({"type": "announcement", "announcement": one})


def test_a_banner_comes_is_seen_and_put_away(page: Page, looker: Looker):
    socket = open_chat(page, THREAD)
    page.clock.pause_at(NOW + timedelta(minutes=1))
    live(socket, announcement())
    banner = page.locator(".announcement")
    expect(banner).to_be_visible()
    page.clock.run_for(240)
    assert not socket.sent("receipt")  # not all pages in the same moment
    page.clock.run_for(1_250)
    socket.wait_for("receipt")
    page.clock.resume()
    socket.wait_for("receipt", state="seen")
    looker.look("announcement-banner", banner, page.get_by_role("textbox"))
    banner.get_by_role("button", name="Put this announcement away").click()
    expect(banner).to_have_count(0)
    socket.wait_for("receipt", state="dismissed", announcement="announcement-1")
    live(socket, announcement(revision=2))
    told(socket, announcement(revision=2, state="dismissed"))
    live(socket, announcement(revision=3))
    expect(banner).to_have_count(0)


def test_what_was_put_away_stays_away_when_its_assistant_is_chosen_again(page: Page):
    socket = open_chat(page, THREAD)
    live(socket, announcement(state="dismissed"))
    live(socket, announcement(2, "Second", state="reached"))
    expect(page.locator(".announcement")).to_contain_text(["Second"])
    page.get_by_role("button", name="Put this announcement away").click()
    live(socket, announcement(2, "Second", state="seen"))
    live(socket, announcement(3, "Third", state=""))
    expect(page.locator(".announcement")).to_contain_text(["Third"])


def test_one_in_the_thread_stands_at_its_time(page: Page, looker: Looker):
    socket = open_chat(page, THREAD)
    live(socket, announcement(form="message", text="Lectures begin at nine."))
    words = page.locator("chat-message .message-text")
    expect(words).to_have_text(
        ["Is the network slow?", "I look it up for you.", "Lectures begin at nine.", "thanks"]
    )
    looker.look("announcement-in-thread", page.get_by_text("Lectures begin at nine."))
    live(socket, announcement(form="message", revision=2, withdrawn=True))
    expect(words).to_have_count(3)


def test_a_reconnection_shows_each_once_and_takes_away_what_has_ended(page: Page):
    socket = open_chat(page, THREAD)
    told(socket, announcement(1), announcement(2, "Second", form="message"))
    banner = page.locator(".announcement")
    for _ in range(2):
        told(socket, announcement(1, state="seen"), announcement(2, "Second", form="message"))
        expect(banner).to_have_count(1)
        expect(page.get_by_text("Second")).to_have_count(1)
    told(socket)
    expect(banner).to_have_count(0)
    expect(page.get_by_text("Second")).to_have_count(0)


def test_an_edit_takes_the_place_and_an_older_one_does_not(page: Page):
    socket = open_chat(page, [])
    live(socket, announcement(revision=2, text="At eleven"))
    live(socket, announcement(revision=1, text="At ten"))
    expect(page.locator(".announcement-text")).to_have_text(["At eleven"])
    live(socket, announcement(revision=3, text="At noon"))
    expect(page.locator(".announcement-text")).to_have_text(["At noon"])


def test_it_goes_when_its_time_is_over(page: Page):
    socket = open_chat(page, [])
    live(socket, announcement(expires_at=at(-5)))
    expect(page.locator(".announcement")).to_have_count(1)
    page.clock.run_for(6 * 60_000)
    expect(page.locator(".announcement")).to_have_count(0)


def test_several_banners_and_long_words(page: Page, looker: Looker):
    socket = open_chat(page, THREAD)
    told(
        socket,
        announcement(1, "word" * 75),
        announcement(2, "See https://status.example.edu/network for news.\nSecond line."),
        announcement(3, "<b>no markup</b> العربية"),
    )
    looker.look("announcements-several", page.locator(".announcement").first)


@pytest.mark.usefixtures("carol_logged_in")
def test_agents_get_theirs_above_the_panes(page: Page, looker: Looker):
    socket = open_dashboard(page)
    live(socket, announcement(text="Team meeting at ten.", form="message"))
    looker.look("announcement-dashboard", page.locator(".announcement"))


def listed(number: int, state: str, **more: Any) -> dict:
    counts = {"reached": 120, "seen": 84, "dismissed": 31, "devices": 4}
    return {
        **announcement(number, **more),
        "audience": "everyone",
        "assistant": None,
        "state": state,
        "created_at": at(30),
        "counts": counts,
    }


def open_page(page: Page, *rows: dict) -> FakeSocket:
    socket = FakeSocket(page, "agent", [])
    page.goto("/agent/announcements/")
    socket.wait_for("announcements")
    socket.say({"type": "announcement_list", "announcements": list(rows)})
    return socket


@pytest.mark.usefixtures("carol_logged_in")
def test_the_page_of_announcements(page: Page, looker: Looker):
    socket = open_page(page)
    empty = page.get_by_text("Nothing has been announced yet.")
    expect(empty).to_be_visible()
    looker.look("announcing-empty", page.get_by_label("What to say"))
    rows = (
        listed(3, "scheduled", text="Maintenance tonight", timestamp=at(-300)),
        listed(2, "live", text="The network is slow today.", expires_at=at(-60)),
        listed(1, "withdrawn", text="Wrong", form="message", withdrawn=True),
    )
    socket.say({"type": "announcement_list", "announcements": list(rows)})
    expect(page.locator(".announced-text")).to_have_text(
        ["Maintenance tonight", "The network is slow today.", "Wrong"]
    )
    expect(page.locator(".announced-counts").nth(1)).to_have_text(
        "120 reached, 84 seen, 31 put away · sent to 4 devices"
    )
    looker.look("announcing", page.get_by_role("heading", name="Announcements"))
    page.locator(".announced-item").nth(1).get_by_role("button", name="Edit").click()
    expect(page.get_by_label("What to say")).to_have_value("The network is slow today.")
    expect(page.get_by_label("To whom")).to_be_disabled()
    looker.look("announcing-edit", page.get_by_role("button", name="Save"))
