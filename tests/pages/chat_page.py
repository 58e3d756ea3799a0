"""The customer's page with a scripted socket, and its parts by name."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.pages.fake_socket import Answer, FakeSocket
from tests.pages.frames import history, live, message


class Acknowledging:
    """Answers each message as the log would: the next seq, and the client's own id."""

    def __init__(self, messages: list[dict]):
        self.head = messages[-1]["seq"] if messages else 0
        self.known: dict[str, dict] = {}

    def __call__(self, frame: dict) -> list[dict]:
        if "message" not in frame:
            return []
        client_id = frame["client_id"]
        if client_id not in self.known:
            self.head += 1
            more = {key: frame[key] for key in ("choice",) if key in frame}
            self.known[client_id] = message(self.head, "customer", frame["message"], **more)
        return [live({**self.known[client_id], "client_id": client_id})]


def silent(frame: dict) -> list[dict]:
    """A server that acknowledges nothing."""
    return []


def open_chat(
    page: Page, messages: list[dict], answer: Answer | None = None, **more: Any
) -> FakeSocket:
    """Alice's page over these messages; `more` goes into the history frame."""
    answer = answer or Acknowledging(messages)
    socket = FakeSocket(page, "chat", [history(messages, **more)], answer)
    page.goto("/chat/alice1/")
    expect(page.locator("#status")).not_to_have_text("Connecting…")
    return socket


def own(page: Page, text: str) -> Locator:
    """Alice's message with this text."""
    return page.locator("chat-message[data-sender=customer]").filter(has_text=re.compile(text))


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Write a message").fill(text)


def send(page: Page, text: str) -> None:
    write(page, text)
    page.keyboard.press("Enter")


def texts(page: Page) -> Locator:
    """The texts of all messages, in the order of the page; not the greeting."""
    return page.locator("chat-message .message-text")
