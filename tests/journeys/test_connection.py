"""The connection breaks, the server restarts, a message cannot go: nothing lost, nothing twice."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.journeys.people import People, second_window
from tests.journeys.proxy import Wire
from tests.journeys.windows import ChatWindow, CustomerWindow
from tests.services.server import Server

WIFI = 'Choose the network "campus-secure"'
LINE_AFTER = 2_000  # milliseconds without a connection, before the page says so

# When sockets open and close, and when the line about the connection is first seen.
WATCH = """
window.seen = {opened: [], closed: [], said: []};
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("open", () => seen.opened.push(performance.now()));
    this.addEventListener("close", () => seen.closed.push(performance.now()));
  }
};
document.addEventListener("DOMContentLoaded", () => {
  const line = document.querySelector("connection-line");
  new MutationObserver(() => line.textContent && seen.said.push(performance.now()))
    .observe(line, { childList: true });
});
"""


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with Wire(server.port) as wire:
        yield wire


def customer_by_wire(people: People, wire: Wire, label: str) -> CustomerWindow:
    context = people.context()
    context.add_init_script(WATCH)
    window = CustomerWindow(context.new_page(), wire.url)
    window.open(label)
    return window


def seen(window: ChatWindow) -> dict[str, list[float]]:
    return window.page.evaluate("seen")


def test_what_was_said_while_cut_off_arrives_once(people: People, wire: Wire):
    carol, alice = people.agent("Carol"), customer_by_wire(people, wire, "alice-cut")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-cut")
    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.")

    wire.cut()
    alice.write("It drops every few minutes")
    alice.write("in the library")
    carol.say("Which building is it?")
    carol.say("I can have a look.")
    for text in ("It drops every few minutes", "in the library"):
        expect(alice.own(text)).to_have_attribute("data-state", "pending")
    expect(alice.connection).to_contain_text("What you write is kept")
    expect(alice.message("Which building")).to_have_count(0)

    wire.mend()
    expect(alice.connection).to_be_empty()
    for window in (alice, carol):
        window.sees_thread(
            "How do I connect to Wi-Fi?",
            WIFI,
            "Carol Reyes joined the conversation.",
            "Which building is it?",
            "I can have a look.",
            "It drops every few minutes",
            "in the library",
        )
    alice.has_sent("in the library")


def test_the_line_about_the_connection_comes_after_two_seconds(people: People, wire: Wire):
    alice = customer_by_wire(people, wire, "alice-line")
    wire.cut()
    expect(alice.connection).to_contain_text("No connection, trying again…")
    times = seen(alice)
    assert times["said"][0] - times["closed"][0] >= LINE_AFTER - 1


def test_a_brief_break_goes_without_a_word(people: People, wire: Wire):
    alice = customer_by_wire(people, wire, "alice-brief")
    alice.asks("How do I connect to Wi-Fi?")
    wire.drop()
    alice.wait_until("seen.opened.length > 1")
    alice.asks("How do I set up campus printing?")
    times = seen(alice)
    away = max(
        again - gone for gone, again in zip(times["closed"], times["opened"][1:], strict=False)
    )
    assert bool(times["said"]) == (away > LINE_AFTER)


def test_an_acknowledgement_lost_on_the_way(people: People, wire: Wire):
    """The server has the message, the page cannot know: sent again, it is still one."""
    carol, alice = people.agent("Carol"), customer_by_wire(people, wire, "alice-deaf")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-deaf")
    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.")

    wire.deafen()
    alice.write("Did you get this?")
    carol.sees("Did you get this?")
    expect(alice.own("Did you get this?")).to_have_attribute("data-state", "pending")
    wire.cut()
    wire.mend()
    alice.has_sent("Did you get this?")
    alice.say("Now I hear you again.")
    carol.sees("Did you get this?", "Now I hear you again.")
    assert alice.texts == carol.texts


def test_a_reload_while_cut_off_keeps_what_was_written(people: People, wire: Wire):
    alice = customer_by_wire(people, wire, "alice-kept")
    alice.asks("How do I connect to Wi-Fi?")
    wire.cut()
    alice.write("Written without a connection")
    expect(alice.own("Written without a connection")).to_have_attribute("data-state", "pending")
    wire.mend()
    alice.page.reload()
    alice.has_sent("Written without a connection")
    alice.page.reload()
    alice.has_sent("Written without a connection")


class Gate:
    """Keeps one window from its socket as long as it is shut; others of the browser have theirs."""

    def __init__(self, window: CustomerWindow) -> None:
        self.is_open = True
        window.page.route_web_socket("**/ws/**", self._passes)
        window.page.reload()  # the page's socket is routed from here on
        expect(window.status).not_to_have_text("Connecting…")

    def _passes(self, socket: WebSocketRoute) -> None:
        if self.is_open:
            socket.connect_to_server()
        else:
            socket.close(code=4000)


def test_a_window_that_comes_back_last_keeps_what_the_first_delivered(people: People, wire: Wire):
    """The last one shows both messages all along: first as pending, then as the log has them."""
    alice = customer_by_wire(people, wire, "alice-last")
    last = second_window(alice, "alice-last")
    gate = Gate(last)
    questions = last.page.locator("[data-part=questions]")
    expect(questions).to_be_visible()

    gate.is_open = False
    wire.cut()
    alice.write("from the first window")
    last.write("from the last window")
    for window in (alice, last):
        window.sees_thread("from the first window", "from the last window")
    last.page.evaluate(
        "window.gone = 0;"
        "addEventListener('storage', (event) => event.newValue === null && (gone += 1))"
    )
    wire.mend()
    alice.has_sent("from the first window")
    alice.has_sent("from the last window")

    last.wait_until("gone === 2")
    own = last.thread.locator("chat-message[data-state=pending] .message-text")
    assert own.all_inner_texts() == ["from the first window", "from the last window"]
    assert not questions.is_visible()

    gate.is_open = True
    last.has_sent("from the first window")
    last.has_sent("from the last window")
    last.wait_until("!document.querySelector('[data-state=pending]')")
    assert last.texts == alice.texts


def test_a_person_asked_for_while_cut_off_is_asked_for_once(people: People, wire: Wire):
    alice = customer_by_wire(people, wire, "alice-wish")
    alice.asks("How do I connect to Wi-Fi?")
    wire.cut()
    alice.person.click()
    alice.person.click()
    wire.mend()
    expect(alice.status).to_contain_text("Waiting")
    expect(alice.thread.locator("chat-message[data-sender=system]")).to_have_count(1)


def test_an_agent_without_a_connection_changes_nothing(people: People, wire: Wire):
    carol, alice = people.agent("Carol", url=wire.url), people.customer("alice-agent-cut")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-agent-cut")
    wire.cut()
    expect(carol.connection).to_contain_text("No connection, trying again…")
    carol.act("take_over")
    expect(carol.problem).to_contain_text("nothing was changed")
    wire.mend()
    expect(carol.connection).to_be_empty()
    carol.take_over()
    expect(carol.problem).to_be_empty()
    alice.sees("Carol Reyes joined the conversation.")


def test_what_could_not_be_sent_says_so_and_can_be_sent_again(people: People, wire: Wire):
    page = people.context().new_page()
    page.clock.install()
    alice = CustomerWindow(page, wire.url)
    alice.open("alice-again")
    alice.asks("How do I connect to Wi-Fi?")

    wire.cut()
    alice.write("This one is sent again")
    alice.write("This one is removed")
    page.clock.run_for(62_000)
    for text in ("This one is sent again", "This one is removed"):
        expect(alice.own(text)).to_have_attribute("data-state", "failed")
        expect(alice.own(text)).to_contain_text("Not delivered")
    wire.mend()
    # An attempt takes real time to succeed, and the page's clock may have run past it.
    for _ in range(30):
        page.clock.run_for(31_000)
        if alice.connection.inner_text() == "":
            break
        time.sleep(0.5)
    expect(alice.connection).to_be_empty()

    alice.own("This one is removed").get_by_role("button", name="Remove").click()
    expect(alice.own("This one is removed")).to_have_count(0)
    alice.own("This one is sent again").get_by_role("button", name="Send again").click()
    alice.has_sent("This one is sent again")
    page.reload()
    alice.has_sent("This one is sent again")
    expect(alice.own("This one is removed")).to_have_count(0)


def test_the_server_restarts_under_an_open_chat(people: People, server: Server):
    """SIGTERM and a start on the same port: both pages come back by themselves."""
    carol, alice = people.agent("Carol"), people.customer("alice-restart")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-restart")
    carol.take_over()
    carol.say("Which building is it?")
    alice.sees("Which building is it?")

    server.stop()
    alice.write("The library")
    carol.write("And which floor?")
    expect(alice.connection).to_contain_text("The server is restarting.")
    expect(carol.connection).to_contain_text("The server is restarting.")
    server.start()

    for window in (alice, carol):
        expect(window.connection).to_be_empty(timeout=60_000)
    alice.has_sent("The library")
    carol.has_sent("And which floor?")
    alice.sees("And which floor?")
    carol.sees("The library")
    carol.is_state("You have it")
    expect(alice.status).to_have_text("Carol Reyes answers")
    assert alice.texts == carol.texts
    assert len(alice.texts) == 6

    carol.act("hand_back")
    expect(alice.status).to_have_text("The bot answers")
    alice.asks("How do I connect to Wi-Fi from home?")
