"""Pictures in the pages: shown, broken, about to be sent, on their way, large."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.chat.images import made, screens
from tests.journeys.windows import wait_until
from tests.pages.chat_page import open_chat, silent
from tests.pages.dashboard_page import open_dashboard, row
from tests.pages.dropping import drop
from tests.pages.frames import live, message
from tests.pages.look import Looker
from tests.services.patience import EVENTUALLY

SHOT, PHOTO, GONE = ("a" * 32, "b" * 32, "c" * 32)


def image(key: str, width: int = 1000, height: int = 620) -> dict:
    """An IMAGE object of docs/protocol.md."""
    small = min(1, 640 / width, 480 / height)
    return {
        "id": key,
        "url": f"/images/{key}/",
        "width": width,
        "height": height,
        "thumbnail": f"/images/{key}/small/",
        "thumbnail_width": round(width * small),
        "thumbnail_height": round(height * small),
    }


@pytest.fixture
def files(page: Page) -> None:
    """The server's pictures, but for one that is lost."""
    shot = screens.draw(screens.PATH_NOT_FOUND, screens.fonts()[0], screens.LIGHT)
    contents = {SHOT: made.saved(shot, "PNG"), PHOTO: made.png((480, 640))}

    def answer(route: Route) -> None:
        key = route.request.url.split("/images/")[1][:32]
        if key in contents:
            route.fulfill(body=contents[key], content_type="image/png")
        else:
            route.abort()

    page.route(re.compile(r"/images/[0-9a-f]{32}/"), answer)


THREAD = [
    message(1, "customer", "", 5, attachments=[image(SHOT)]),
    message(2, "bot", "Connect to the VPN first.", 5),
    message(3, "customer", "and these two", 4, attachments=[image(PHOTO, 480, 640), image(GONE)]),
    message(4, "agent", "Like this:", 2, attachments=[image(SHOT)]),
]


def attach(page: Page, *contents: bytes, kind: str = "image/png") -> None:
    page.locator("chat-composer input[type=file]").set_input_files(
        [
            {"name": f"shot-{number}.png", "mimeType": kind, "buffer": content}
            for number, content in enumerate(contents, 1)
        ]
    )


def send(page: Page) -> None:
    # A picture is read before it is there to be sent.
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    page.keyboard.press("Enter")


def test_an_image_and_a_broken_image(page: Page, looker: Looker, files: None):
    open_chat(page, THREAD)
    first = page.get_by_role("img", name="Picture from you", exact=True)
    broken = page.get_by_text("Picture 2 of 2 from you cannot be shown.")
    expect(broken).to_be_attached()
    first.scroll_into_view_if_needed()
    looker.complaints = [one for one in looker.complaints if "ERR_FAILED" not in one]
    looker.look("customer-image", first)
    broken.scroll_into_view_if_needed()
    looker.look("customer-image-broken", broken)


def test_a_picture_has_its_place_before_it_is_there(page: Page, files: None):
    held: list[Route] = []
    page.route(re.compile(rf"/images/{SHOT}/small/"), lambda route: held.append(route))
    open_chat(page, THREAD[:2])
    picture = page.get_by_role("img", name="Picture from you")
    expect(picture).to_have_js_property("complete", False)
    before = picture.bounding_box()
    while held:
        held.pop().fulfill(body=made.png((640, 397)), content_type="image/png")
    expect(picture).to_have_js_property("complete", True)
    after = picture.bounding_box()
    assert all(abs(after[side] - before[side]) < 1 for side in before)
    assert (round(before["width"]), round(before["height"])) == (320, 199)


def test_large_by_click_and_by_key(page: Page, looker: Looker, files: None):
    open_chat(page, THREAD[:2])
    opener = page.get_by_role("button", name="Picture from you")
    opener.click()
    dialog = page.get_by_role("dialog", name="Picture from you")
    looker.look("customer-image-large", dialog.get_by_role("img"))
    expect(dialog.get_by_role("link", name="Open apart")).to_have_attribute(
        "href", f"/images/{SHOT}/"
    )
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_pictures_about_to_be_sent(page: Page, looker: Looker):
    socket = open_chat(page, [])
    attach(page, made.png(), made.png((640, 480)))
    remove = page.get_by_role("button", name="Remove picture 2")
    looker.look("customer-image-tray", remove, page.get_by_role("button", name="Send"))
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    remove.click()
    expect(page.locator(".tray-picture")).to_have_count(1)
    page.get_by_role("button", name="Remove picture 1").click()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert socket.sent("message") == []


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"words", "text/plain", "Only pictures can be sent: PNG, JPEG, WebP or GIF."),
        (b"\x89PNG\r\n\x1a\nnothing", "image/png", "This picture is damaged"),
        (made.png() + bytes(10_100_000), "image/png", "too large: at most 10 MB"),
    ],
    ids=["text", "damaged", "large"],
)
def test_what_cannot_be_sent_is_said_at_once(page: Page, content: bytes, kind: str, words: str):
    open_chat(page, [])
    attach(page, content, kind=kind)
    expect(page.locator(".composer-note")).to_contain_text(words)
    expect(page.locator(".tray-picture")).to_have_count(0)
    attach(page, *[made.png()] * 5)
    expect(page.locator(".composer-note")).to_contain_text("at most 4 pictures")
    expect(page.locator(".tray-picture")).to_have_count(4)
    page.get_by_role("textbox", name="Write a message").press_sequentially("in words then")
    expect(page.locator(".composer-note")).to_be_empty()


def hold_uploads(page: Page) -> list[Route]:
    held: list[Route] = []
    page.route(re.compile(r"/api/.*/images/$"), lambda route: held.append(route))
    return held


def following(page: Page, uploads: list[Route]) -> Route:
    """The next upload that the page begins."""
    wait_until(page, lambda: bool(uploads), EVENTUALLY, "an upload")
    return uploads.pop(0)


def taken(route: Route, key: str = SHOT) -> None:
    route.fulfill(status=201, json={"success": True, **image(key)})


def test_a_picture_on_its_way_and_then_there(page: Page, looker: Looker, files: None):
    uploads = hold_uploads(page)

    def acknowledge(frame: dict) -> list[dict]:
        if "attachments" not in frame:
            return []
        shown = [image(key) for key in frame["attachments"]]
        sent = message(1, "customer", frame["message"], attachments=shown)
        return [live({**sent, "client_id": frame["client_id"]})]

    socket = open_chat(page, [], acknowledge)
    attach(page, made.png((1000, 620)))
    send(page)
    pending = page.locator("chat-message[data-state=pending]")
    preview = pending.get_by_role("img", name="Picture from you")
    expect(preview).to_have_attribute("src", re.compile("^data:image/"))
    looker.look("customer-image-pending", preview)
    assert socket.sent("message") == []
    upload = following(page, uploads)
    request = upload.request
    assert request.headers["content-type"] == "image/png"
    assert request.headers["x-csrftoken"]
    assert request.post_data_buffer == made.png((1000, 620))
    taken(upload)
    expect(page.locator("chat-message[data-state=sent]")).to_have_count(1)
    (said,) = [one for one in socket.received if "message" in one]
    assert (said["message"], said["attachments"]) == ("", [SHOT])
    expect(page.get_by_role("img", name="Picture from you")).to_have_attribute(
        "src", re.compile(f"/images/{SHOT}/small/")
    )
    expect(page.get_by_role("button", name="Picture from you")).to_be_enabled()


def test_a_refused_picture_is_kept_and_can_be_sent_again(page: Page, looker: Looker):
    uploads = hold_uploads(page)
    socket = open_chat(page, [], silent)
    attach(page, made.png())
    page.get_by_role("textbox", name="Write a message").fill("look")
    send(page)
    refusal = {"success": False, "message": "This desk has no room for pictures."}
    following(page, uploads).fulfill(status=507, json=refusal)
    failed = page.locator("chat-message[data-state=failed]")
    expect(failed).to_contain_text("Not delivered. This desk has no room for pictures.")
    looker.complaints.clear()  # the browser's line about 507
    looker.look("customer-image-failed", failed.get_by_role("img"))

    # A reload keeps the words and the picture.
    page.reload()
    expect(failed.get_by_role("img")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    upload = following(page, uploads)
    assert upload.request.post_data_buffer == made.png()
    taken(upload)
    assert socket.wait_for("message", message="look")["attachments"] == [SHOT]
    # The server has thrown the upload away meanwhile: the next try uploads it anew.
    lost = socket.received[-1]["client_id"]
    socket.say(
        {"type": "error", "code": "no_such_image", "detail": "It is gone.", "client_id": lost}
    )
    expect(failed).to_contain_text("Not delivered. It is gone.")
    page.get_by_role("button", name="Send again").click()
    taken(following(page, uploads), PHOTO)
    socket.wait_for("message", attachments=[PHOTO])


def test_agents_see_pictures_and_what_they_say(
    page: Page, looker: Looker, files: None, carol_logged_in: None
):
    answers = iter(["waiting", "read"])
    words = "Network Error\nWindows cannot access \\\\fileserver\\home\nError code: 0x80070035"

    def text(route: Route) -> None:
        state = next(answers, "read")
        route.fulfill(json={"reading": state, "text": words if state == "read" else ""})

    page.route(re.compile(r"/api/agent/images/"), text)
    open_dashboard(page, "alice1", "mine", messages=THREAD[:2])
    picture = page.get_by_role("img", name="Picture from the customer")
    expect(picture).to_be_visible()
    page.get_by_text("Text in the picture").click()
    expect(page.locator(".picture-words")).to_have_text("The picture is being read…")
    page.clock.run_for(2_000)
    said = page.locator(".picture-words")
    expect(said).to_contain_text("0x80070035")
    looker.look("agent-image", said)


def test_each_conversation_has_its_own_pictures_to_send(page: Page, carol_logged_in: None):
    socket = open_dashboard(page, "room-204", "mine", messages=THREAD[:0])
    uploads = hold_uploads(page)
    drop(page, "paste", "chat-composer textarea")
    expect(page.locator(".tray-picture")).to_have_count(1)
    row(page, "eve").click()
    expect(page.locator(".tray-picture")).to_have_count(0)
    row(page, "room-204").click()
    expect(page.locator(".tray-picture")).to_have_count(1)
    drop(page, "drop", "chat-thread")
    expect(page.locator(".tray-picture")).to_have_count(2)
    page.locator("chat-composer textarea").press("Enter")
    for key in (SHOT, PHOTO):
        upload = following(page, uploads)
        assert upload.request.url.endswith("/api/agent/conversation/room-204/images/")
        taken(upload, key)
    said = socket.wait_for("message", conversation="room-204")
    assert said["attachments"] == [SHOT, PHOTO]


def test_who_may_not_write_drops_nothing(page: Page, carol_logged_in: None):
    open_dashboard(page, "alice1", "others")
    drop(page, "drop", "chat-thread")
    expect(page.get_by_role("button", name="Attach a picture")).to_be_disabled()
    expect(page.locator(".tray-picture")).to_have_count(0)
