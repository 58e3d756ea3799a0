"""Pictures between a customer and an agent, and a screenshot that the bot answers."""

import re

import pytest
from playwright.sync_api import Locator, expect

from chat.images import ocr
from tests.chat.images import made, screens
from tests.journeys.people import PHONE, People
from tests.journeys.windows import ChatWindow
from tests.pages.dropping import drop
from tests.services.server import Server
from tests.services.skips import missing
from tests.services.ws import visitor

SCREENSHOT = screens.PATH_NOT_FOUND


def picture(window: ChatWindow, who: str) -> Locator:
    return window.thread.get_by_role("img", name=f"Picture from {who}")


def is_shown(image: Locator) -> None:
    """The server's thumbnail, decoded; not the preview."""
    expect(image).to_have_attribute("src", re.compile("^/images/[0-9a-f]{32}/small/$"))
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0


def attach(window: ChatWindow, way: str, content: bytes) -> None:
    if way == "button":
        with window.page.expect_file_chooser() as chooser:
            window.page.get_by_role("button", name="Attach a picture").click()
        file = {"name": "shot.png", "mimeType": "image/png", "buffer": content}
        chooser.value.set_files(file)
    else:
        where = "chat-composer textarea" if way == "paste" else "chat-thread"
        drop(window.page, way, where, content)
    expect(window.page.locator(".tray-picture")).to_have_count(1)


def send(window: ChatWindow) -> None:
    window.page.get_by_role("button", name="Send", exact=True).click()


def test_customer_and_agent_show_each_other_pictures(people: People):
    carol = people.agent("Carol")
    alice = people.customer("alice-shows")
    alice.asks("Hello!")
    carol.open("alice-shows")
    carol.take_over()
    for number, way in enumerate(("button", "paste", "drop"), 1):
        attach(alice, way, made.png())
        send(alice)
        expect(picture(alice, "you")).to_have_count(number)
        is_shown(picture(alice, "you").last)
        expect(picture(carol, "the customer")).to_have_count(number)
        is_shown(picture(carol, "the customer").last)
    expect(carol.row("alice-shows", "mine")).to_contain_text("Picture")

    attach(carol, "paste", made.png((500, 500)))
    carol.write("Click where the corner is white")
    is_shown(picture(alice, "Carol Reyes"))
    picture(alice, "Carol Reyes").click()
    large = alice.page.get_by_role("dialog").get_by_role("img")
    expect(large).to_have_js_property("naturalWidth", 500)
    alice.page.keyboard.press("Escape")

    # After a reload all of it is there, and nobody else gets it.
    alice.page.reload()
    expect(picture(alice, "you")).to_have_count(3)
    address = picture(alice, "Carol Reyes").get_attribute("src")
    bob = people.customer("bob-looks")
    assert bob.page.request.get(f"{bob.url}{address}").status == 404
    assert alice.page.request.get(f"{alice.url}{address}").status == 200


@pytest.fixture
def awake(server: Server) -> None:
    """The process that reads pictures has loaded: the bot waits twenty seconds for it and then
    goes on without, as it should, and on a busy machine loading alone may take them."""
    if not ocr.is_available():
        missing("rapidocr", "pip install -r requirements-ocr.txt")
    dora = visitor(server, "dora")
    before = server.log.count(": read in ")
    dora.chat().close()
    uploaded = dora.post("/api/conversation/dora/images/", content=made.png())
    assert uploaded.status_code == 201, uploaded.text
    server.wait_until(lambda: server.log.count(": read in ") > before)


@pytest.mark.parametrize("said", ["", "what is this?"], ids=["picture only", "with words"])
@pytest.mark.usefixtures("awake")
def test_a_screenshot_leads_to_the_faq_s_answer(people: People, said: str):
    label = f"alice-screenshot-{len(said)}"
    alice = people.customer(label, viewport=PHONE)
    shot = screens.draw(SCREENSHOT, screens.fonts()[1], screens.DARK)
    attach(alice, "paste", made.saved(shot, "PNG"))
    alice.write(said)
    is_shown(picture(alice, "you"))
    expect(alice.bot_messages.first).to_contain_text("connect to the VPN first")
    expect(alice.bot_messages.first).to_contain_text(SCREENSHOT.entry)

    carol = people.agent("Carol")
    carol.open(label)
    carol.page.get_by_text("Text in the picture").click()
    expect(carol.page.locator(".picture-words")).to_contain_text("0x80070035")


def test_a_picture_written_without_connection_arrives_later(people: People):
    alice = people.customer("alice-offline")
    alice.asks("Hello!")
    context = alice.page.context
    context.set_offline(True)
    attach(alice, "paste", made.png())
    alice.write("look")
    expect(alice.own("look")).to_have_attribute("data-state", "pending")
    context.set_offline(False)
    alice.has_sent("look")
    is_shown(picture(alice, "you"))
