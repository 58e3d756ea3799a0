"""The connection breaks: what the customer sees, and that nothing is lost or sent twice."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.windows import wait_until
from tests.pages.chat_page import Acknowledging, open_chat, own, send, silent, texts
from tests.pages.fake_socket import FakeSocket
from tests.pages.frames import NOW, history, live, message
from tests.pages.look import Looker
from tests.services.patience import EVENTUALLY

ASKED = message(1, "customer", "My card does not open the lab any more", 6)


def client_ids(socket) -> list[str]:
    return [frame["client_id"] for frame in socket.sent("message")]


def test_pending(page: Page, looker: Looker):
    open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "pending")
    looker.look("customer-pending", own(page, "It is lab 4"))


def test_refused_is_not_delivered_and_can_be_sent_again(page: Page, looker: Looker):
    answers = Acknowledging([ASKED])

    def refuse_first(frame: dict) -> list[dict]:
        if "message" not in frame or len(socket.sent("message")) > 1:
            return answers(frame)
        refusal = {"code": "not_allowed", "detail": "This conversation is closed for now."}
        return [{"type": "error", "client_id": frame["client_id"], **refusal}]

    socket = open_chat(page, [ASKED], refuse_first)
    send(page, "It is lab 4")
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "failed")
    looker.look("customer-failed", page.get_by_role("button", name="Send again"))
    page.get_by_role("button", name="Send again").click()
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")
    assert len(set(client_ids(socket))) == 1
    looker.look("customer-sent-again", own(page, "It is lab 4"))


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("reconnecting", 1011, "No connection, trying again…"),
        ("restarting", 1012, "The server is restarting."),
        ("session-over", 4001, "Your session is over."),
        ("too-many-windows", 4008, "too many windows"),
    ],
)
def test_the_line_about_the_connection(
    page: Page, looker: Looker, name: str, code: int, words: str
):
    socket = open_chat(page, [ASKED])
    socket.close(code)
    page.clock.run_for(2_100)
    looker.look(f"customer-{name}", page.locator("connection-line").get_by_text(words))


def test_a_first_visit_in_two_tabs_loads_again_and_only_once(page: Page):
    """The browser keeps one of the two sessions; the page of the other begins anew with it."""
    socket = FakeSocket(page, "chat", [history([])])
    socket.away, socket.close_code = True, 4001
    page.goto("/chat/alice1/")
    socket.wait_for_connections(2)
    expect(page.locator("connection-line")).to_contain_text("Your session is over.")
    assert len(socket.urls) == 2


def test_who_has_written_is_told_that_the_session_is_over(page: Page):
    socket = open_chat(page, [ASKED])
    socket.close(4001)
    expect(page.locator("connection-line")).to_contain_text("Your session is over.")
    assert len(socket.urls) == 1


def test_offline(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED])
    page.context.set_offline(True)
    socket.close(1011)
    page.clock.run_for(2_100)
    expect(page.locator("connection-line")).to_contain_text("You are offline.")
    send(page, "Written without a connection")
    looker.look("customer-offline", own(page, "Written without"))
    socket.away = False
    page.context.set_offline(False)
    expect(own(page, "Written without")).to_have_attribute("data-state", "sent")
    expect(page.locator("connection-line")).to_be_empty()


def test_a_short_break_is_not_worth_a_word(page: Page):
    socket = open_chat(page, [ASKED])
    socket.close(1011, away=False)
    page.clock.run_for(1_500)
    expect(page.locator("connection-line")).to_be_empty()
    socket.wait_for_connections(2)
    assert "after=1" in socket.urls[1]


def test_gives_up_after_a_minute_and_sends_again_when_asked(page: Page):
    socket = open_chat(page, [ASKED])
    socket.close(1011)
    send(page, "It is lab 4")
    page.clock.run_for(62_000)
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "failed")
    socket.come_back()
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "failed")
    page.get_by_role("button", name="Send again").click()
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")


def test_a_retry_carries_the_same_client_id(page: Page):
    socket = open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    socket.wait_for("message")
    page.clock.run_for(9_000)
    socket.wait_for_frames("message", 2)
    assert len(set(client_ids(socket))) == 1
    expect(own(page, "It is lab 4")).to_have_count(1)


def test_too_many_messages_waits_as_long_as_it_is_told(page: Page):
    answers = Acknowledging([ASKED])

    def too_many(frame: dict) -> list[dict]:
        if "message" not in frame or len(socket.sent("message")) > 1:
            return answers(frame)
        limit = {"code": "too_many_messages", "detail": "Slow down.", "retry_after": 5}
        return [{"type": "error", "client_id": frame["client_id"], **limit}]

    socket = open_chat(page, [ASKED], too_many)
    send(page, "It is lab 4")
    socket.wait_for("message")
    page.clock.run_for(3_000)
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "pending")
    page.clock.run_for(3_000)
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")


def test_messages_go_one_at_a_time_in_order(page: Page):
    socket = open_chat(page, [ASKED], silent)
    for text in ("first", "second"):
        send(page, text)
    first = socket.wait_for("message", message="first")
    page.wait_for_timeout(200)
    assert len(socket.sent("message")) == 1
    socket.say(live({**message(2, "customer", "first"), "client_id": first["client_id"]}))
    socket.wait_for("message", message="second")


def test_a_reload_keeps_what_was_not_delivered(page: Page):
    socket = open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    socket.wait_for("message")
    socket.answer = Acknowledging([ASKED])
    page.reload()
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")
    assert len(set(client_ids(socket))) == 1
    page.reload()
    expect(own(page, "It is lab 4")).to_have_count(0)


def test_a_draft_survives_a_reload(page: Page):
    open_chat(page, [ASKED])
    page.get_by_role("textbox").fill("half a sen")
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("half a sen")


def test_a_gap_is_asked_for_and_nothing_is_shown_twice(page: Page):
    missed = [message(2, "agent", "second"), message(3, "agent", "third")]

    def catch_up(frame: dict) -> list[dict]:
        if frame.get("type") != "catch_up":
            return []
        return [{"type": "messages", "messages": missed, "through": 4}]

    socket = open_chat(page, [message(1, "agent", "first")], catch_up)
    socket.say(live(missed[1]), live(missed[0]), live(missed[1]))
    expect(texts(page)).to_have_text(["first", "second", "third"])
    assert socket.sent("catch_up")[0]["after"] == 1
    socket.say({"type": "through", "through": 5}, live(message(6, "agent", "sixth")))
    expect(texts(page)).to_have_text(["first", "second", "third", "sixth"])


def test_a_gap_before_several_at_once_is_asked_for_too(page: Page):
    missed = [message(seq, "agent", text) for seq, text in ((2, "second"), (3, "third"))]

    def catch_up(frame: dict) -> list[dict]:
        if frame.get("type") != "catch_up":
            return []
        return [{"type": "messages", "messages": missed, "after": 1, "through": 3}]

    socket = open_chat(page, [message(1, "agent", "first")], catch_up)
    socket.say({"type": "messages", "messages": missed[1:], "after": 2, "through": 3})
    expect(texts(page)).to_have_text(["first", "second", "third"])
    assert socket.sent("catch_up")[0]["after"] == 1


def test_an_echo_that_comes_by_catching_up_takes_the_bubbles_place(page: Page):
    socket = open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    frame = socket.wait_for("message")
    echo = {**message(2, "customer", "It is lab 4"), "client_id": frame["client_id"]}
    socket.greeting = [history([echo], after=1)]
    socket.close(1011, away=False)
    page.clock.run_for(2_000)
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")
    expect(own(page, "It is lab 4")).to_have_count(1)


def test_an_attempt_that_goes_wrong_is_not_the_last(page: Page):
    page.add_init_script(
        """const request = navigator.locks.request.bind(navigator.locks);
        let times = 0;
        navigator.locks.request = (...how) => times++ ? request(...how) : Promise.reject("no");"""
    )
    socket = open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "pending")
    assert socket.sent("message") == []
    socket.close(1011, away=False)
    page.clock.run_for(2_000)
    socket.wait_for("message")


def test_two_windows_send_one_message_once(page: Page):
    socket = open_chat(page, [ASKED], silent)
    other = page.context.new_page()
    other_socket = open_chat(other, [ASKED], silent)
    send(page, "It is lab 4")
    expect(own(other, "It is lab 4")).to_have_attribute("data-state", "pending")
    frame = socket.wait_for("message")
    echo = live({**message(2, "customer", "It is lab 4"), "client_id": frame["client_id"]})
    socket.say(echo)
    other_socket.say(echo)
    for window in (page, other):
        expect(own(window, "It is lab 4")).to_have_attribute("data-state", "sent")
        expect(own(window, "It is lab 4")).to_have_count(1)
    assert other_socket.sent("message") == []


def test_what_a_closed_window_had_in_hand_goes_from_another(page: Page):
    other = page.context.new_page()
    other_socket = open_chat(other, [ASKED])
    socket = open_chat(page, [ASKED], silent)
    send(page, "It is lab 4")
    socket.wait_for("message")
    expect(own(other, "It is lab 4")).to_have_attribute("data-state", "pending")
    assert other_socket.sent("message") == []
    page.close()
    other.clock.run_for(2_000)
    other_socket.wait_for("message", message="It is lab 4")


def unsent(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('outbox:'))")


def test_another_window_that_hears_first_keeps_no_message_waiting(page: Page):
    """The echo finds nothing in the outbox any more; the next message goes all the same."""
    socket = open_chat(page, [ASKED], silent)
    other = page.context.new_page()
    other_socket = open_chat(other, [ASKED], silent)
    page.clock.pause_at(NOW + timedelta(minutes=1))  # no patience ends from here on
    send(page, "It is lab 4")
    frame = socket.wait_for("message")
    echo = live({**message(2, "customer", "It is lab 4"), "client_id": frame["client_id"]})
    other_socket.say(echo)
    expect(own(other, "It is lab 4")).to_have_attribute("data-state", "sent")
    wait_until(page, lambda: not unsent(page), EVENTUALLY, "the outbox is empty here too")
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "pending")
    socket.say(echo)
    expect(own(page, "It is lab 4")).to_have_attribute("data-state", "sent")
    send(page, "The second door")
    socket.wait_for("message", message="The second door")
