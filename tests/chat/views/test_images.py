"""Pictures over HTTP: who may send one, what is refused in which words, who sees it."""

import pytest
from django.test import Client
from PIL import Image

from chat import access, limits
from chat.actions import messages
from chat.images import ocr, store
from chat.images.reader import Reader
from chat.log import commit_group
from chat.models import Attachment
from tests.chat.entries import as_agent
from tests.chat.images import made
from tests.chat.images.rows import uploaded, with_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(limits, "_messages", limits.Minute())
    monkeypatch.setattr(limits, "_pictures", limits.Hour())


def conversation_of(browser: Client, label: str = "alice"):
    """The conversation of this browser's visitor, as its socket would make it."""
    browser.get(f"/chat/{label}/")
    return access.open_own_conversation(browser.session[access.VISITOR], label)


def send(browser: Client, content: bytes, address="/api/conversation/alice/images/", **more):
    return browser.post(address, content, content_type="image/png", **more)


def use(browser: Client, key: str, label: str = "alice"):
    """Says it, so that others see it."""
    pk = conversation_of(browser, label).pk
    participant = access.visitor(browser.session)
    (receipt,) = commit_group([messages.customer_message(participant, pk, "", pictures=[key])])
    return receipt.posted


def test_a_customer_sends_a_picture(alices_browser):
    conversation = conversation_of(alices_browser)
    answer = send(alices_browser, made.png())
    assert answer.status_code == 201
    row = Attachment.objects.get()
    assert answer.json() == {"success": True, **row.as_frame()}
    assert (row.conversation, row.message_seq) == (conversation, None)
    assert (row.width, row.height) == made.SIZE
    with Image.open(store.picture(row.key, row.media_type)) as image:
        assert image.size == made.SIZE
    assert list(store.incoming("x").parent.iterdir()) == []


def test_it_is_there_to_be_read_unless_that_is_off(alices_browser, settings, monkeypatch):
    hints = []
    monkeypatch.setattr(
        Reader, "running", type("R", (), {"hint": lambda self, **soon: hints.append(soon)})()
    )
    conversation_of(alices_browser)
    send(alices_browser, made.png())
    settings.OCR = "none"
    send(alices_browser, made.png())
    states = list(Attachment.objects.values_list("reading", flat=True))
    assert states == ["waiting" if ocr.find_spec("rapidocr") else "none", "none"]
    assert hints[:2] == [{"soon": True}, {"soon": False}]


def test_the_token_of_the_page_is_asked_for():
    strict = Client(enforce_csrf_checks=True)
    conversation_of(strict)
    assert send(strict, made.png()).status_code == 403
    token = strict.cookies["csrftoken"].value
    assert send(strict, made.png(), headers={"X-CSRFToken": token}).status_code == 201


@pytest.mark.parametrize("name", made.disguised())
def test_what_is_no_picture_is_refused_in_words(name, alices_browser):
    conversation_of(alices_browser)
    answer = send(alices_browser, made.disguised()[name])
    assert answer.status_code in (415, 422)
    assert answer.json()["message"].endswith(".")
    assert not Attachment.objects.exists()
    assert not (store.small("00").parent.parent).exists()


def test_pixels_and_bytes_have_their_limits(alices_browser, settings):
    conversation_of(alices_browser)
    answer = send(alices_browser, made.bomb())
    assert (answer.status_code, "40 megapixels" in answer.json()["message"]) == (422, True)
    settings.IMAGE_MEGABYTES = 1
    answer = send(alices_browser, made.png() + bytes(1_100_000))
    assert (answer.status_code, "at most 1 MB" in answer.json()["message"]) == (413, True)
    assert not Attachment.objects.exists()


def test_a_visitor_s_quota_of_a_day(alices_browser, settings):
    settings.IMAGES_A_DAY = 2
    conversation_of(alices_browser)
    assert [send(alices_browser, made.png()).status_code for _ in range(2)] == [201, 201]
    answer = send(alices_browser, made.png())
    assert answer.status_code == 429
    assert answer.json() == {
        "success": False,
        "message": "That is more than 2 pictures a day. Try again tomorrow.",
    }
    settings.IMAGES_A_DAY = 0
    assert send(alices_browser, made.png()).status_code == 403
    assert b'data-image-megabytes="0"' in alices_browser.get("/chat/alice/").content


def test_all_pictures_together_have_a_limit(alices_browser, settings):
    conversation = conversation_of(alices_browser)
    uploaded(conversation, "visitor:bob", bytes=3 * 10**9)
    settings.IMAGES_GIGABYTES = 3
    assert send(alices_browser, made.png()).status_code == 507


def test_messages_a_minute_and_an_address_s_pictures_an_hour_count(
    alices_browser, bobs_browser, settings
):
    conversation_of(alices_browser)
    conversation_of(bobs_browser, "bob")
    settings.IMAGES_AN_HOUR_BY_ADDRESS = 1
    assert send(alices_browser, made.png()).status_code == 201
    answer = send(bobs_browser, made.png(), "/api/conversation/bob/images/")
    assert answer.status_code == 429
    assert answer.json()["retry_after"] > 0
    settings.MESSAGES_A_MINUTE = 1
    answer = send(alices_browser, made.png())
    assert (answer.status_code, "messages a minute" in answer.json()["message"]) == (429, True)


def test_nobody_sends_into_a_stranger_s_conversation(alices_browser, bobs_browser, carols_browser):
    conversation_of(alices_browser)
    bobs_browser.get("/chat/bob/")
    assert send(bobs_browser, made.png()).status_code == 404
    agents = "/api/agent/conversation/alice/images/"
    assert send(bobs_browser, made.png(), agents).status_code == 401
    assert send(carols_browser, made.png(), agents).status_code == 201
    assert send(carols_browser, made.png(), agents.replace("alice", "nobody")).status_code == 404
    assert alices_browser.get("/api/conversation/alice/images/").status_code == 405


def test_agents_pictures_count_against_no_quota(alices_browser, carols_browser, settings):
    settings.IMAGES_A_DAY = 0
    conversation_of(alices_browser)
    answer = send(carols_browser, made.png(), "/api/agent/conversation/alice/images/")
    assert answer.status_code == 201
    assert Attachment.objects.get().reading == "none"


# ── who sees it ──


@pytest.fixture
def shown(alices_browser):
    """The address of a picture that Alice has said."""
    conversation_of(alices_browser)
    key = send(alices_browser, made.png()).json()["id"]
    use(alices_browser, key)
    return f"/images/{key}/"


def test_those_who_see_the_conversation_see_its_pictures(
    shown, alices_browser, bobs_browser, carols_browser
):
    bobs_browser.get("/chat/alice/")  # which is another conversation
    for address in (shown, f"{shown}small/"):
        assert alices_browser.get(address).status_code == 200
        assert carols_browser.get(address).status_code == 200
        for stranger in (bobs_browser, Client()):
            answer = stranger.get(address)
            assert answer.status_code == 404
            assert answer.headers["Cache-Control"] == "no-store"


def test_what_the_browser_is_told_about_a_picture(shown, alices_browser):
    for address, kind in ((shown, "png"), (f"{shown}small/", "webp")):
        answer = alices_browser.get(address)
        assert answer.headers["Content-Type"] == f"image/{kind}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == f'inline; filename="picture.{kind}"'
        assert answer.headers["Cache-Control"].startswith("private,")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = alices_browser.get("/chat/alice/").headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in f"{policy};"


def test_until_it_is_said_it_is_the_uploader_s_alone(alices_browser, carols_browser, carol):
    conversation = conversation_of(alices_browser)
    key = send(alices_browser, made.png()).json()["id"]
    assert alices_browser.get(f"/images/{key}/").status_code == 200
    assert carols_browser.get(f"/images/{key}/").status_code == 404
    mine = with_files(uploaded(conversation, as_agent(carol).key))
    assert carols_browser.get(mine.url).status_code == 200
    assert alices_browser.get(mine.url).status_code == 404


def test_a_note_s_picture_is_the_agents(alices_browser, carols_browser, carol):
    conversation = conversation_of(alices_browser)
    row = with_files(uploaded(conversation, as_agent(carol).key))
    commit_group([messages.note(as_agent(carol), conversation.pk, "", "", [row.key])])
    assert carols_browser.get(row.url).status_code == 200
    assert alices_browser.get(row.url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/images/../../secret/",
        "/images/..%2f..%2fhelpdesk.sqlite3/",
        "/images/%2e%2e/%2e%2e/secret/",
        "/images/0123456789abcdef0123456789abcdeF/",
        "/images/0123456789abcdef0123456789abcdef%00/",
        "/images/0123456789abcdef0123456789abcdef/large/",
        "/media/images/01/0123456789abcdef0123456789abcdef.png",
    ],
)
def test_an_address_leads_to_pictures_only(path, carols_browser, settings):
    (settings.MEDIA_ROOT).mkdir(parents=True)
    (settings.MEDIA_ROOT / "secret").write_text("secret")
    assert carols_browser.get(path).status_code == 404


def test_a_picture_whose_file_is_lost_is_not_there(shown, alices_browser):
    store.remove(shown.split("/")[2])
    assert alices_browser.get(shown).status_code == 404


def test_the_text_in_a_picture_is_told_to_agents(shown, alices_browser, carols_browser):
    Attachment.objects.update(reading="read", text="0x80070035")
    address = f"/api/agent{shown}"
    assert carols_browser.get(address).json() == {"reading": "read", "text": "0x80070035"}
    assert alices_browser.get(address).status_code == 401


def test_the_conversation_as_json_has_them(shown, alices_browser):
    (message,) = alices_browser.get("/api/conversation/alice/").json()["messages"]
    assert message["content"] == ""
    assert message["attachments"][0]["url"] == shown


def test_lists_say_that_it_is_a_picture(shown):
    from chat.hub import summaries

    (summary,) = summaries.summaries(list(summaries.listed()))
    assert summary["last"]["text"] == "Picture"


def test_with_a_conversation_go_its_pictures(
    shown, alices_browser, django_capture_on_commit_callbacks
):
    key = shown.split("/")[2]
    assert store.small(key).exists()
    with django_capture_on_commit_callbacks(execute=True):
        conversation_of(alices_browser).delete()
    assert not Attachment.objects.exists()
    assert list(store.small(key).parent.iterdir()) == []
