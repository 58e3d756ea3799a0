"""Single keys, drafts and marks on the agents' page: what is sent, and when not."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.agent_frames import MORNING, answers
from tests.pages.dashboard_page import open_dashboard, row
from tests.pages.fake_socket import FakeSocket
from tests.pages.frames import live, message

pytestmark = pytest.mark.usefixtures("carol_logged_in")


@pytest.mark.parametrize(
    ("state", "key", "command"),
    [
        ("bot", "t", "take_over"),
        ("waiting", "t", "take_over"),
        ("mine", "e", "resolve"),
        ("mine", "h", "hand_back"),
    ],
)
def test_a_key_acts(page: Page, state: str, key: str, command: str):
    socket = open_dashboard(page, "alice1", state)
    expect(page.locator(".actions button").first).to_be_visible()
    page.keyboard.press(key)
    socket.wait_for(command, conversation="alice1")


def test_no_key_acts_while_one_writes(page: Page):
    socket = open_dashboard(page, "alice1", "mine")
    page.get_by_role("textbox").fill("t")
    page.keyboard.type("hexj")
    expect(page.get_by_role("textbox")).to_have_value("thexj")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    socket.wait_for("resolve")
    assert socket.sent("hand_back") == []


def test_a_key_that_does_not_fit_does_nothing(page: Page):
    socket = open_dashboard(page, "alice1", "bot")
    expect(page.locator(".actions button").first).to_be_visible()
    page.keyboard.press("e")
    page.wait_for_timeout(100)
    assert socket.sent("resolve") == []


@pytest.fixture
def with_answers(page: Page) -> FakeSocket:
    """Carol has the conversation, and the FAQ's nearest answers beside the composer."""
    reply = lambda frame: [answers()] if frame["type"] == "answers" else []  # noqa: E731
    socket = open_dashboard(page, "alice1", "mine", answer=reply)
    expect(page.locator(".answer")).to_have_count(3)
    return socket


WIFI = "Choose “campus-secure”, then log in with your account.\nhttps://help.example.edu/wifi"


def test_a_digit_makes_an_answer_the_draft_and_sends_nothing(page: Page, with_answers: FakeSocket):
    page.keyboard.press("1")
    expect(page.get_by_role("textbox")).to_have_value(WIFI)
    expect(page.get_by_role("textbox")).to_be_focused()
    assert with_answers.sent("message") == []


def test_while_one_writes_a_digit_is_a_digit_and_with_alt_an_answer(
    page: Page, with_answers: FakeSocket
):
    box = page.get_by_role("textbox")
    box.fill("Floor ")
    page.keyboard.press("3")
    expect(box).to_have_value("Floor 3")
    page.keyboard.press("Alt+1")
    expect(box).to_have_value(f"Floor 3\n\n{WIFI}")
    for held in ("Control", "Alt+Control", "Alt+Shift", "Meta"):
        page.keyboard.press(f"{held}+2")
    expect(box).to_have_value(f"Floor 3\n\n{WIFI}")
    page.keyboard.press("Enter")
    with_answers.wait_for("message", message=f"Floor 3\n\n{WIFI}")


def test_no_answer_gets_into_a_note(page: Page, with_answers: FakeSocket):
    page.keyboard.press("n")
    expect(page.locator(".answer").first).to_be_hidden()
    page.keyboard.press("Alt+1")
    expect(page.get_by_role("textbox")).to_have_value("")


def test_a_new_question_asks_for_its_answers_and_a_late_one_is_not_shown(
    page: Page, with_answers: FakeSocket
):
    news = live(message(7, "customer", "and on my phone?"))
    with_answers.say({**news, "conversation": "alice1"})
    with_answers.wait_for_frames("answers", 2)
    first = page.locator(".answer").first
    newer = answers(7)
    newer["entries"] = newer["entries"][2:]
    with_answers.say(newer, answers(3))
    expect(page.locator(".answer")).to_have_count(1)
    expect(first).to_contain_text("Use the VPN")
    expect(first).to_contain_text("12 %")


def test_j_and_k_walk_the_lists_and_drafts_stay(page: Page):
    socket = open_dashboard(page, "", "mine")
    expect(row(page, "alice1")).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url("/agent/chat/alice1/")
    page.keyboard.press("r")
    page.keyboard.type("Half a ")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page).to_have_url("/agent/chat/bob/")
    expect(page.get_by_role("textbox")).to_have_value("")
    page.keyboard.press("k")
    expect(page.get_by_role("textbox")).to_have_value("Half a ")
    socket.wait_for("close", conversation="bob")


def test_a_reply_is_heard_of_after_its_conversation_was_left(page: Page):
    socket = open_dashboard(page, "alice1", "mine")
    page.get_by_role("textbox").fill("One moment")
    page.keyboard.press("Enter")
    frame = socket.wait_for("message", message="One moment")
    row(page, "bob").click()
    socket.wait_for("open", conversation="bob")
    assert socket.sent("close") == []
    echo = {**message(7, "agent", "One moment"), "client_id": frame["client_id"]}
    socket.say({"type": "message", "conversation": "alice1", **echo})
    socket.wait_for("close", conversation="alice1")
    assert len(socket.sent("message")) == 1


def test_reading_marks_what_is_on_screen(page: Page):
    socket = open_dashboard(page, "alice1", "mine")
    expect(row(page, "alice1").locator(".row-unread")).to_contain_text("3")
    socket.wait_for("read", conversation="alice1", through=4)
    alice = next(one for one in MORNING if one["conversation"] == "alice1")
    socket.say({"type": "conversations", "conversations": [{**alice, "version": 9, "unread": 0}]})
    expect(row(page, "alice1").locator(".row-unread")).to_be_hidden()


def test_waiting_times_tick(page: Page):
    open_dashboard(page)
    expect(row(page, "bob")).to_contain_text("4 min")
    page.clock.fast_forward(125_000)
    expect(row(page, "bob")).to_contain_text("6 min")


def test_the_title_counts_what_came_while_away(page: Page):
    socket = open_dashboard(page)
    page.evaluate("document.hasFocus = () => false")
    update = {"conversation": "bob", "version": 9, "unread": 2}
    bob = next(one for one in MORNING if one["conversation"] == "bob")
    socket.say({"type": "conversations", "conversations": [{**bob, **update}]})
    expect(page).to_have_title("(1) Dashboard · IT Help Desk")
    page.evaluate("document.hasFocus = () => true; dispatchEvent(new Event('focus'))")
    expect(page).to_have_title("Dashboard · IT Help Desk")
