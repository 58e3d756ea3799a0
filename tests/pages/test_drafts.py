"""A shadow assistant's draft on the agents' page, and how the customer sounds."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.agent_frames import answers, opened
from tests.pages.dashboard_page import STATES, open_dashboard
from tests.pages.frames import WIFI, live, message
from tests.pages.look import Looker

pytestmark = pytest.mark.usefixtures("carol_logged_in")
ASKED = message(1, "customer", "How do i get on wifi?", 3)
DRAFT = message(
    2, "bot", "Choose “campus-secure”, then log in.", 3, note=True, draft=True, source=WIFI
)
NEXT = message(4, "bot", "Install the VPN client.", 2, note=True, draft=True)
SENT = message(3, "agent", "Choose “campus-secure”, then log in.", 2, source=WIFI)
DRAFTS = {"unchanged": 12, "edited": 5, "own_words": 3, "words": "12 of 20 drafts sent unchanged"}
SHADOW = {"slug": "it", "name": "IT Help Desk", "about": "", "drafts": DRAFTS}
MOOD = {
    "type": "sentiment",
    "conversation": "alice1",
    "seq": 1,
    "count": 1,
    "label": "negative",
    "score": -0.64,
    "why": "“broken” sounds negative.",
}


def answered(frame: dict) -> list[dict]:
    """What the server says to a page that has opened alice1."""
    if frame["type"] == "sentiment":
        return [MOOD]
    return [answers()] if frame["type"] == "answers" else []


def draft_of(page: Page, text: str) -> Locator:
    return page.locator("chat-message[data-draft]", has_text=text)


def send_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Send draft")


def test_a_draft_is_sent_with_one_key(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1", "waiting", [ASKED, DRAFT], answered)
    expect(draft_of(page, "campus-secure")).to_contain_text("draft, for agents only")
    expect(page.get_by_role("button", name="Edit first")).to_be_hidden()
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)
    looker.look("draft-waiting", send_button(page))
    page.keyboard.press("d")
    sent = socket.wait_for("send_draft", conversation="alice1", seq=2)
    assert sent["id"]


def test_once_replied_it_is_not_to_be_sent_any_more(page: Page):
    socket = open_dashboard(page, "alice1", "mine", [ASKED, DRAFT, SENT], answered)
    expect(send_button(page)).to_be_hidden()
    page.keyboard.press("d")
    socket.say({**live(NEXT), "conversation": "alice1"})
    expect(send_button(page).locator("visible=true")).to_have_count(1)
    page.keyboard.press("d")
    socket.wait_for("send_draft", seq=4)
    assert len(socket.sent("send_draft")) == 1


def test_an_edited_draft_says_which_it_was(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1", "mine", [ASKED, DRAFT], answered)
    page.get_by_role("button", name="Edit first").click()
    box = page.get_by_role("textbox")
    expect(box).to_have_value("Choose “campus-secure”, then log in.")
    looker.glance("draft-edited", send_button(page))
    box.press_sequentially(" Good luck!")
    page.keyboard.press("Enter")
    frame = socket.wait_for("message", draft=2)
    assert frame["message"].endswith("log in. Good luck!")


@pytest.mark.parametrize("state", ["others", "resolved"])
def test_what_is_a_colleagues_or_over_is_not_sent(page: Page, state: str):
    socket = open_dashboard(page, "alice1", state, [ASKED, DRAFT], answered)
    expect(draft_of(page, "campus-secure")).to_be_visible()
    expect(send_button(page)).to_be_hidden()
    page.keyboard.press("d")
    page.keyboard.press("j")
    socket.wait_for("open")
    assert socket.sent("send_draft") == []


def test_beside_it_stand_the_sentiment_and_what_became_of_drafts(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1", "mine", [ASKED, DRAFT], answered)
    beside = page.get_by_role("complementary", name="About the customer")
    expect(beside.get_by_text("Negative −0.64")).to_be_visible()
    expect(beside.get_by_text("“broken” sounds negative.")).to_be_visible()
    socket.say(opened("alice1", [ASKED, DRAFT], STATES["mine"], assistant=SHADOW))
    expect(beside.get_by_text("12 of 20 drafts sent unchanged")).to_be_visible()
    looker.glance("draft-beside", draft_of(page, "campus-secure"))
    before = len(socket.sent("sentiment"))
    socket.say({**live(message(3, "customer", "hello?")), "conversation": "alice1"})
    socket.wait_for_frames("sentiment", before + 1)
