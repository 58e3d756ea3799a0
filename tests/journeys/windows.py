"""The two pages as a person uses them: what is said, seen and clicked."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.services.patience import EVENTUALLY


class ChatWindow:
    """One window with a thread and a composer; both pages have them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.thread = page.locator("chat-thread")
        self.connection = page.locator("connection-line")

    @property
    def texts(self) -> list[str]:
        """The words of all messages as they stand, without the greeting."""
        return self.thread.locator("chat-message .message-text").all_inner_texts()

    def message(self, text: str) -> Locator:
        """The messages that hold this text."""
        words = self.page.locator(".message-text", has_text=text)
        return self.thread.locator("chat-message", has=words)

    def own(self, text: str) -> Locator:
        """The messages that are this text and nothing else."""
        words = self.page.locator(".message-text")
        return self.thread.locator(
            "chat-message", has=words.and_(self.page.get_by_text(text, exact=True))
        )

    def sees(self, *texts: str) -> None:
        """Each of these is there, and once."""
        for text in texts:
            expect(self.message(text)).to_have_count(1)
            expect(self.message(text)).to_be_visible()

    def sees_thread(self, *texts: str) -> None:
        """These are the whole thread, in this order."""
        words = self.thread.locator("chat-message .message-text")
        expect(words).to_have_text(
            [re.compile(re.escape(text)) for text in texts], use_inner_text=True
        )

    def write(self, text: str) -> None:
        """Write a message and send it; it need not arrive."""
        box = self.page.locator("chat-composer textarea")
        box.fill(text)
        box.press("Enter")

    def say(self, text: str) -> None:
        """Send a message and wait until the server has it."""
        self.write(text)
        self.has_sent(text)

    def has_sent(self, text: str) -> None:
        """It is there once, and acknowledged."""
        expect(self.own(text)).to_have_count(1)
        expect(self.own(text)).to_have_attribute("data-state", re.compile("sent|read"))

    def wait_until(self, script: str, seconds: float = EVENTUALLY) -> None:
        """Wait until this expression is true in the page, whose policy forbids Playwright's way."""
        wait_until(self.page, lambda: bool(self.page.evaluate(script)), seconds, script)


class CustomerWindow(ChatWindow):
    """The customer's page."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.status = page.locator("#status")
        self.person = page.locator("#person")
        self.person_words = page.locator("#person-words")

    def open(self, label: str = "") -> None:
        """Go to the conversation of that label, or to one's own at `/`."""
        self.page.goto(f"{self.url}/chat/{label}/" if label else f"{self.url}/")
        expect(self.status).not_to_have_text("Connecting…")

    def asks(self, question: str) -> None:
        """Say it and wait for the bot's answer below it."""
        self.say(question)
        answer = self.own(question).locator("xpath=following-sibling::chat-message[1]")
        expect(answer).to_have_attribute("data-sender", "bot")

    @property
    def bot_messages(self) -> Locator:
        return self.thread.locator("chat-message[data-sender=bot]")

    def choices(self) -> Locator:
        """The buttons of "did you mean" that can be clicked."""
        return self.thread.locator(".suggestions button:enabled")


class AgentWindow(ChatWindow):
    """The agents' page."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.state = page.locator(".conversation-state")
        self.problem = page.locator("agent-conversation .problem-line")
        self.dialog = page.locator("dialog[open]")

    def open_dashboard(self) -> None:
        self.page.goto(f"{self.url}/agent/dashboard/")
        expect(self.page.locator("agent-lists .empty:visible", has_text="Loading")).to_have_count(0)

    def row(self, label: str, section: str = "") -> Locator:
        """The row of that conversation, in that section or wherever it is."""
        place = f'.section[data-section="{section}"] ' if section else ""
        name = self.page.locator(".row-label").get_by_text(label, exact=True)
        return self.page.locator(f"{place}.row-item").filter(has=name)

    def open(self, label: str) -> None:
        """Open a conversation from the lists, where it may stand under "n new"."""
        wait_until(self.page, lambda: self._clicks(label), EVENTUALLY, f"a row of {label}")
        expect(self.page.locator(".conversation-head h2")).to_have_text(label)
        expect(self.state).not_to_contain_text("Loading")

    def _clicks(self, label: str) -> bool:
        """Click the row, or what hides it. It may move at this very moment: then not yet."""
        row, fresh = self.row(label), self.page.locator(".fresh:visible").first
        try:
            if row.is_visible():
                row.click(timeout=3_000)
                return True
            if fresh.is_visible():
                fresh.click(timeout=3_000)
        except PlaywrightTimeout:
            pass
        return False

    def act(self, name: str) -> None:
        """Click an action: take_over, hand_back, transfer, resolve."""
        self.page.locator(f'.conversation-head [data-action="{name}"]').click()

    def take_over(self) -> None:
        self.act("take_over")
        self.is_state("You have it")

    def is_state(self, words: str) -> None:
        expect(self.state).to_have_text(words)

    def note(self, text: str) -> None:
        """Write a note and wait until the server has it."""
        self.page.get_by_role("button", name="Note").click()
        self.write(text)
        expect(self.message(text)).to_have_attribute("data-seq", re.compile(r"\d+"))

    def confirm(self, answer: str) -> None:
        """Answer the open dialog by this button."""
        self.dialog.get_by_role("button", name=answer, exact=True).click()
        expect(self.dialog).to_have_count(0)


def wait_until(page: Page, ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Let the page live until `ready()`; TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {seconds} s: {what}")
        page.wait_for_timeout(50)
