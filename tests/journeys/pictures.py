"""The README's two pictures, of the real product with the demo in it.

python -m tests.journeys.pictures   writes docs/images/chat.png and docs/images/dashboard.png
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import wait_for_the_bot
from tests.journeys.people import People
from tests.journeys.windows import AgentWindow
from tests.services import chromium
from tests.services.server import Desk, Server
from tests.services.ws import Chat, visitor
from tests.settings import ROOT

IMAGES = ROOT / "docs" / "images"
LARGEST = 200_000  # bytes

# Who stands in the lists beside the open conversation, and what they ask.
WITH_THE_BOT = {
    "mei.tanaka": "How do I set up campus printing?",
    "jonas-b": "my laptop is very slow",
    "library-desk-2": "paper jam",
}
WAITING = {
    "omar.h": "My exam is in an hour and Moodle does not let me upload",
    "kate-lab4": "The projector in room 2.114 shows no picture",
}
FRANKS = {"prof.weiss": "I cannot share my screen in the seminar room"}
RESOLVED = {"tom.a": "I lost my phone and cannot log in"}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="helpdesk-pictures-") as folder:
        desk = Desk(Path(folder))
        desk.manage("migrate", "--verbosity=0")
        desk.manage("load_demo")
        try:
            server = desk.server()
            wait_for_the_bot(server, "sam.r")
            with chromium.running() as browser:
                take_pictures(People(browser, server, {}))
        finally:
            desk.close()


def take_pictures(people: People) -> None:
    chat(people)
    dashboard(people)
    people.close()


def chat(people: People) -> None:
    """A question, its answer with the source, and a vague one: did you mean?"""
    alice = people.customer("lena.k")
    alice.asks("I cannot send e-mail, my mailbox is full")
    alice.asks("zoom")
    expect(alice.own("I cannot send e-mail, my mailbox is full")).to_be_in_viewport()
    alice.page.locator("chat-composer textarea").blur()
    picture(alice.page, "chat")


def dashboard(people: People) -> None:
    """A busy desk, with Alice's conversation open and its evidence shown."""
    carol, frank = people.agent("Carol"), people.agent("Frank")
    for label, question in WITH_THE_BOT.items():
        ask(people.server, label, question).close()
    for label, question in FRANKS.items():
        ask_for_a_person(people.server, label, question)
        frank.open(label)
        frank.take_over()
        frank.say("Let me look at the room with you.")
    for label, question in RESOLVED.items():
        ask_for_a_person(people.server, label, question)
        frank.open(label)
        frank.take_over()
        frank.act("resolve")
    for label, question in WAITING.items():
        ask_for_a_person(people.server, label, question)
    help_alice(people, carol)
    carol.page.mouse.move(0, 0)
    picture(carol.page, "dashboard")


def help_alice(people: People, carol: AgentWindow) -> None:
    alice = people.customer("alice.m")
    alice.asks("why does my account keep locking itself?")
    carol.open_dashboard()
    carol.open("alice.m")
    carol.take_over()
    alice.say("it locks again every morning, and my laptop is new")
    carol.note("Same as ticket 4411: an old phone at home")
    carol.say("Is there an old phone or tablet at home with the password in it?")
    expect(carol.row("alice.m", "mine")).to_contain_text("You: Is there an old phone")
    carol.thread.locator("details.evidence summary").first.click()
    carol.own("why does my account keep locking itself?").scroll_into_view_if_needed()


def ask(server: Server, label: str, question: str) -> Chat:
    """Somebody asks the bot and has its answer."""
    talk = visitor(server, label).chat()
    talk.say(question)
    talk.receive("message", sender="bot")
    return talk


def ask_for_a_person(server: Server, label: str, question: str) -> None:
    with ask(server, label, question) as talk:
        talk.send({"type": "person"})
        talk.receive("message", sender="system")


def picture(page, name: str) -> None:
    """Take it once fonts and icons are there; says where it went."""
    expect(page.locator("connection-line")).to_be_empty()
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    if size > LARGEST:
        sys.exit(f"{path} is larger than {LARGEST // 1000} kB.")


if __name__ == "__main__":
    main()
