"""The agents' page with a scripted socket: a busy morning, with one conversation open or none."""

from playwright.sync_api import Locator, Page, expect

from tests.pages.agent_frames import CAROL, DAN, evidence, lists, opened
from tests.pages.fake_socket import Answer, FakeSocket
from tests.pages.frames import WIFI, message, queue, status

THREAD = [
    message(1, "customer", "How do i get on wifi?", 20),
    message(
        2,
        "bot",
        "Choose “campus-secure”, then log in with your account.",
        20,
        source=WIFI,
        evidence=evidence(),
    ),
    message(3, "customer", "did that, it drops every few minutes in the library", 14),
    message(4, "customer", "i'd like to talk to someone", 12),
    message(5, "system", "You are in the queue: a person joins you here.", 12, event="waiting"),
    message(6, "agent", "Known problem on floor 2, see ticket 4411.", 8, note=True, name="Dan"),
]
STATES = {
    "bot": status("bot"),
    "waiting": status("open", queue=queue(1)),
    "mine": status("open", agent=CAROL),
    "others": status("open", agent=DAN),
    "resolved": status("resolved"),
}


def open_dashboard(
    page: Page,
    conversation: str = "",
    state: str = "waiting",
    messages: list[dict] | None = None,
    answer: Answer | None = None,
    **more: dict | list,
) -> FakeSocket:
    """Carol's page; `more` goes into the lists frame."""

    def answers(frame: dict) -> list[dict]:
        if frame["type"] == "lists":
            return [lists(**more)]
        if frame["type"] == "open":
            shown = THREAD if messages is None else messages
            return [opened(frame["conversation"], shown, STATES[state])]
        return answer(frame) if answer else []

    socket = FakeSocket(page, "agent", [], answers)
    page.goto(f"/agent/chat/{conversation}/" if conversation else "/agent/dashboard/")
    socket.wait_for("lists")
    if conversation:
        expect(page.locator("agent-conversation")).to_have_attribute("data-section", state)
    return socket


def row(page: Page, label: str) -> Locator:
    return page.locator(".row-item").filter(has=page.locator(".row-label", has_text=label))


def section(page: Page, name: str) -> Locator:
    return page.locator(f'.section[data-section="{name}"]')
