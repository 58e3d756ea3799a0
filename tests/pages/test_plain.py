"""Pages of a few words: login, errors; and the customer's page in odd windows."""

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from tests.pages.chat_page import open_chat, own, send
from tests.pages.frames import history, live, message, status
from tests.pages.look import Looker

THREAD = [
    message(1, "customer", "My card does not open the lab any more", 6),
    message(2, "bot", "I have no answer to that. A person can help.", 5, offer_person=True),
]


def test_login(page: Page, looker: Looker):
    page.goto("/agent/dashboard/")
    expect(page).to_have_url("/accounts/login/?next=/agent/dashboard/")
    looker.look("login", page.get_by_role("button", name="Log in"))
    page.get_by_label("Username").fill("agent")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    looker.look("login-wrong", page.get_by_role("alert"))


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_of_a_few_words(page: Page, looker: Looker, name: str):
    html = render_to_string(f"{name}.html")
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/broken/")
    looker.look(name, page.get_by_role("heading"))


def test_an_address_that_leads_nowhere(page: Page):
    response = page.goto("/nowhere/")
    assert response
    assert response.status == 404
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_a_phone_with_its_keyboard_open(page: Page, looker: Looker):
    open_chat(page, THREAD)
    page.set_viewport_size({"width": 375, "height": 330})
    page.get_by_role("textbox").fill("a\nb\nc\nd\ne\nf\ng\nh")
    send_button = page.get_by_role("button", name="Send", exact=True)
    looker.look_as_it_is("customer-keyboard-open-375", send_button, page.locator("#person"))
    page.get_by_role("textbox").fill("a line")
    looker.look_as_it_is("customer-keyboard-375", own(page, "My card"), send_button)


def test_twice_as_large(browser: Browser, pages_url: str, pages_folder):
    zoomed = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    context = browser.new_context(base_url=pages_url, **zoomed)
    page = context.new_page()
    looker = Looker(page, pages_folder)
    open_chat(page, THREAD)
    offered = page.locator(".offer-person")
    looker.look_as_it_is("customer-200-percent", page.get_by_role("textbox"), offered)
    context.close()


def test_a_theme_by_choice_stays(page: Page, looker: Looker):
    open_chat(page, THREAD)
    switch = page.get_by_role("button", name="Colours: as the system")
    switch.click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 26)"
    looker.look_as_it_is(
        "customer-dark-by-choice-1280", page.get_by_role("button", name="Colours: dark")
    )


def test_the_title_counts_what_came_while_away(page: Page):
    socket = open_chat(page, THREAD)
    page.evaluate("document.hasFocus = () => false")
    socket.say(live(message(3, "agent", "Hello!")), live(message(4, "agent", "Carol here.")))
    expect(page).to_have_title("(2) IT Help Desk")
    assert socket.sent("read") == [] or max(one["through"] for one in socket.sent("read")) == 2
    page.evaluate("document.hasFocus = () => true; dispatchEvent(new Event('focus'))")
    expect(page).to_have_title("IT Help Desk")
    socket.wait_for("read", through=4)


def test_the_title_counts_what_came_while_away_and_without_a_connection(page: Page):
    socket = open_chat(page, THREAD)
    page.evaluate("document.hasFocus = () => false")
    socket.close(1011)
    missed = [message(3, "agent", "Hello!"), message(4, "agent", "Carol here.")]
    socket.greeting = [history(missed, after=2)]
    socket.come_back()
    expect(page).to_have_title("(2) IT Help Desk")


def test_shift_and_enter_breaks_the_line(page: Page):
    socket = open_chat(page, THREAD)
    page.get_by_role("textbox").fill("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    socket.wait_for("message", message="one\ntwo")


def test_a_person_asked_for_while_away_is_asked_for_again(page: Page):
    socket = open_chat(page, THREAD)
    socket.close(1011)
    page.locator("#person").click()
    assert socket.sent("person") == []
    socket.come_back()
    socket.wait_for("person")
    socket.say({"type": "status", **status("open", version=2)})
    expect(page.locator("#person")).to_be_hidden()


def test_earlier_messages_come_on_request(page: Page):
    older = [message(seq, "bot", f"older {seq}", 90 - seq) for seq in range(1, 31)]
    newer = [message(seq, "bot", f"newer {seq}", 90 - seq) for seq in range(31, 61)]
    answer = [{"type": "earlier", "messages": older, "before": 31, "earlier": False}]
    socket = open_chat(
        page, newer, lambda frame: answer if frame.get("type") == "earlier" else [], earlier=True
    )
    expect(page.get_by_text("Hello! Ask in your own words.")).to_be_hidden()
    button = page.get_by_role("button", name="Earlier messages")
    # At the top they come by themselves, perhaps before the pointer is there.
    button.scroll_into_view_if_needed()
    page.locator('button[data-part="earlier"]').dispatch_event("click")
    expect(page.get_by_text("older 30")).to_be_attached()
    expect(page.get_by_text("newer 31")).to_be_in_viewport()
    assert socket.wait_for("earlier")["before"] == 31
    expect(page.get_by_text("Hello! Ask in your own words.")).to_be_attached()


def test_what_cannot_be_sent_by_now(page: Page):
    """A refusal of anything but a message is said in one line."""
    socket = open_chat(page, THREAD)
    socket.say({"type": "error", "code": "too_many_messages", "detail": "Slow down a little."})
    expect(page.get_by_role("alert")).to_have_text("Slow down a little.")
    send(page, "ok")
    expect(page.get_by_role("alert")).to_be_empty()
