"""The customer's page, state by state."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.chat_page import open_chat, own, write
from tests.pages.frames import WIFI, live, message, queue, status
from tests.pages.look import Looker

CONVERSATION = [
    message(1, "customer", "How do i get on wifi?", 26 * 60),
    message(
        2,
        "bot",
        "Choose “campus-secure” in your device's Wi-Fi list, then log in with your university "
        "account. The first time, accept the certificate of radius.example.edu.",
        26 * 60,
        source=WIFI,
    ),
    message(3, "customer", "It says my password is wrong", 4),
    message(
        4,
        "bot",
        "I found these. Which one do you mean?",
        4,
        suggestions=[
            {"entry": 9, "title": "Reset my password"},
            {"entry": 4, "title": "Connect to Wi-Fi"},
            {"entry": 12, "title": "My account is locked after too many attempts"},
        ],
    ),
]
THUMBS = ("Helpful", "Not helpful")
ASKED = message(1, "customer", "My card does not open the lab any more", 6)
WAITING = message(2, "system", "You are in the queue: a person joins you here.", 5, event="waiting")


def test_first_run(page: Page, looker: Looker):
    socket = open_chat(page, [])
    question = page.get_by_role("button", name="Where can I print?")
    looker.look("customer-first-run", question, page.get_by_text("Hello! Ask in your own words."))
    question.click()
    socket.wait_for("message", message="Where can I print?")
    expect(question).to_be_hidden()


def test_a_conversation_with_the_bot(page: Page, looker: Looker):
    open_chat(page, CONVERSATION)
    source = page.get_by_role("link", name="Connect to Wi-Fi")
    expect(source).to_have_attribute("rel", "noopener noreferrer")
    expect(source).to_have_attribute("target", "_blank")
    expect(page.get_by_role("button", name="None of these")).to_be_enabled()
    looker.look("customer-bot", page.get_by_role("button", name="None of these"))


def test_thumbs(page: Page, looker: Looker):
    """Shown at once, kept on a lost connection, said again, and what another window says counts."""
    socket = open_chat(page, CONVERSATION)
    up, down = (page.get_by_role("button", name=name, exact=True) for name in THUMBS)
    expect(up).to_have_count(1)  # under the answer, not under "did you mean"
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    socket.wait_for("rate", seq=2, value="up")
    socket.say({"type": "ratings", "ratings": {"2": "up"}})
    socket.close(1006)
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    socket.greeting[0]["ratings"] = {"2": "up"}
    socket.come_back()
    socket.wait_for("rate", seq=2, value="down")
    expect(down).to_have_attribute("aria-pressed", "true")
    socket.say({"type": "ratings", "ratings": {"2": "down"}})
    expect(up).to_have_attribute("aria-pressed", "false")
    looker.look("customer-thumbs", down)
    socket.say({"type": "ratings", "ratings": {"2": "up"}})
    expect(up).to_have_attribute("aria-pressed", "true")


def test_a_refused_thumb_is_taken_back(page: Page):
    socket = open_chat(page, CONVERSATION)
    up = page.get_by_role("button", name="Helpful", exact=True)
    up.click()
    socket.say({"type": "error", "code": "not_found", "detail": "Gone.", "id": "rate-2"})
    expect(up).to_have_attribute("aria-pressed", "false")


def test_a_chosen_suggestion(page: Page, looker: Looker):
    socket = open_chat(page, CONVERSATION)
    page.get_by_role("button", name="Reset my password").click()
    socket.wait_for("message", message="Reset my password", choice=9)
    expect(own(page, "Reset my password")).to_have_attribute("data-state", "sent")
    for name in ("Reset my password", "None of these"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    looker.look("customer-chosen", page.locator("[data-chosen]"), own(page, "Reset my password"))


def test_a_generated_reply_and_an_honest_one(page: Page, looker: Looker):
    generated = message(
        2, "bot", "You can reset it on the account page.", 5, generated=True, sources=[WIFI]
    )
    template = message(
        4, "bot", "I do not know that. A person can help.", 1, template=True, offer_person=True
    )
    socket = open_chat(
        page, [ASKED, generated, message(3, "customer", "and the lab?", 2), template]
    )
    says_so = page.get_by_text("Written by a language model")
    looker.look("customer-generated", says_so, page.locator(".offer-person"))
    page.locator(".offer-person").click()
    socket.wait_for("person")


@pytest.mark.parametrize(
    ("name", "waits", "short", "long"),
    [
        ("one", queue(1, 2), "Waiting · next · about 2 min", "You are next, about 2 min."),
        ("fifty", queue(50, 140), "Waiting · 50th · about 140 min", "You are 50th in line"),
        ("nobody", queue(3, None, 0), "Waiting for a person", "Nobody is at the desk right now."),
    ],
)
def test_a_queue(page: Page, looker: Looker, name: str, waits: dict, short: str, long: str):
    open_chat(page, [ASKED, WAITING], status=status("open", queue=waits))
    expect(page.locator("#status")).to_have_text(short)
    expect(page.locator("#person")).to_be_hidden()
    looker.look(f"customer-queue-{name}", page.get_by_text(long))


def test_an_agent_answers(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED, WAITING], status=status("open", queue=queue(1)))
    joined = message(3, "system", "Carol joined the conversation.", 2, event="took_over")
    socket.say(
        live(joined),
        {"type": "status", **status("open", agent="Carol", version=2)},
        live(message(4, "agent", "Hello! Which lab is it?", 1)),
        {"type": "read", "who": "agent", "through": 1},
    )
    expect(page.locator("#status")).to_have_text("Carol answers")
    expect(own(page, "My card")).to_have_attribute("data-state", "read")
    looker.look("customer-agent", page.get_by_text("Hello! Which lab is it?"))


def test_resolved(page: Page, looker: Looker):
    done = message(2, "system", "Carol closed this conversation. Write again whenever you need us.")
    open_chat(page, [ASKED, done], status=status("resolved"))
    expect(page.locator("#person-words")).to_contain_text("Just write if there is more")
    looker.look("customer-resolved", page.locator("#person"))


def test_the_bot_writes_and_is_stopped_by_a_takeover(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED])
    socket.say({"type": "typing", "sender": "bot", "on": True})
    looker.look("customer-bot-writes", page.locator(".typing"))
    socket.say(
        live(message(2, "system", "Carol joined the conversation.", event="took_over")),
        {"type": "status", **status("open", agent="Carol", version=2)},
    )
    expect(page.locator(".typing")).to_be_hidden()
    looker.look("customer-bot-stopped", page.get_by_text("Carol joined the conversation."))


def test_an_agent_is_seen_writing_until_it_is_heard_no_more(page: Page, looker: Looker):
    carol = {"type": "typing", "sender": "agent", "name": "Carol", "on": True}
    typing = page.locator(".typing")
    socket = open_chat(page, [ASKED], status=status("open", agent="Carol"))
    socket.say(carol)
    expect(typing).to_have_text("Carol is writing")
    page.clock.run_for(4_000)
    socket.say(carol)
    page.clock.run_for(4_000)
    expect(typing).to_be_visible()
    page.clock.run_for(2_500)
    expect(typing).to_be_hidden()
    socket.say(carol, live(message(2, "agent", "Which door?")))
    expect(page.get_by_text("Which door?")).to_be_visible()
    expect(typing).to_be_hidden()


def test_that_one_writes_is_told_now_and_then(page: Page):
    """And that one has stopped, where all is deleted again."""
    socket = open_chat(page, [ASKED], status=status("open", agent="Carol"))
    box = page.get_by_role("textbox", name="Write a message")
    for letter in "hello":
        box.press(letter)
        page.clock.run_for(500)
    socket.wait_for("typing", on=True)
    assert len(socket.sent("typing")) == 1
    page.clock.run_for(3_000)
    box.press("!")
    socket.wait_for_frames("typing", 2)
    box.fill("")
    socket.wait_for("typing", on=False)
    box.press_sequentially("hi")
    box.press("Enter")
    socket.wait_for("message", message="hi")
    box.press("a")
    socket.wait_for_frames("typing", 5)
    assert all(frame.keys() == {"type", "on"} for frame in socket.sent("typing"))


def stream(content: str, interrupted: bool = False) -> dict:
    frame = {"type": "stream", "sender": "bot", "client_id": "bot:1", "content": content}
    return {**frame, "interrupted": interrupted}


def test_a_reply_as_it_is_written_becomes_the_message_in_its_place(page: Page, looker: Looker):
    first, both = "Hold the card to the reader.", "Hold the card to the reader. Wait for green."
    socket = open_chat(page, [ASKED])
    socket.say({"type": "typing", "sender": "bot", "on": True})
    expect(page.locator(".typing")).to_be_visible()
    socket.say(stream(first))
    bubble = page.locator("chat-message[data-client-id='bot:1']")
    expect(bubble).to_contain_text(first)
    expect(page.locator(".typing")).to_be_hidden()
    bubble.evaluate("bubble => (bubble.dataset.mark = 'the same')")
    socket.say(stream(both), stream(both))
    stop = page.get_by_role("button", name="Stop writing")
    looker.look("customer-bot-streams", page.get_by_text(both), stop)
    expect(bubble.get_by_text("Written by a language model. It may be wrong.")).to_be_visible()
    expect(bubble.locator(".thumb")).to_have_count(0)
    stop.click()
    socket.wait_for("stop")
    socket.say(
        live({**message(2, "bot", both, generated=True, sources=[]), "client_id": "bot:1"}),
        {"type": "typing", "sender": "bot", "on": False},
        stream(both),  # one that was late
    )
    expect(bubble).to_have_count(1)
    expect(bubble).to_have_attribute("data-mark", "the same")
    expect(bubble).to_have_attribute("data-seq", "2")
    expect(bubble.locator(".thumb")).to_have_count(2)
    expect(stop).to_be_hidden()


def test_a_reply_that_a_takeover_ends_stays_as_far_as_it_was_read(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED])
    socket.say({"type": "typing", "sender": "bot", "on": True}, stream("Hold it to the reader."))
    expect(page.get_by_text("Hold it to the reader.")).to_be_visible()
    socket.say(
        live(message(2, "system", "Carol joined the conversation.", event="took_over")),
        {"type": "status", **status("open", agent="Carol", version=2)},
        stream("Hold it to the reader.", interrupted=True),
        {"type": "typing", "sender": "bot", "on": False},
        live(message(3, "agent", "Hello! Which lab is it?")),
    )
    interrupted = page.get_by_text("Interrupted: a person took over")
    looker.look("customer-bot-interrupted", interrupted, page.get_by_text("Which lab is it?"))
    expect(page.locator("chat-message .message-text")).to_have_text(
        [
            "My card does not open the lab any more",
            "Hold it to the reader.",
            "Carol joined the conversation.",
            "Hello! Which lab is it?",
        ]
    )


def test_did_you_mean_with_what_an_entry_says(page: Page, looker: Looker):
    said = "The network covers all university buildings."
    lines = [
        "This may be a part of it, from “Connect to Wi-Fi”:",
        said,
        "Did you mean one of these?",
    ]
    more = {
        "quote": WIFI,
        "suggestions": [{"entry": 4, "title": "Connect to Wi-Fi"}],
        "blocks": [["p", [line]] for line in lines],
    }
    open_chat(page, [ASKED, message(2, "bot", "\n\n".join(lines), **more)])
    expect(page.locator(".source").get_by_role("link", name="Connect to Wi-Fi")).to_be_visible()
    looker.look("customer-bot-quotes", page.get_by_text(said))


def test_talk_to_a_person(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED])
    page.locator("#person").click()
    socket.wait_for("person")
    socket.say(live(WAITING), {"type": "status", **status("open", queue=queue(2), version=2)})
    looker.look("customer-asked-for-person", page.get_by_text("You are 2nd in line, about 3 min."))


OPENS = {"at": "2026-03-11T09:00:00.000Z", "words": "tomorrow at 09:00 (UTC)"}
CLOSED = message(2, "system", f"The desk is closed right now and opens again {OPENS['words']}.", 5)


def test_nobody_is_there_and_an_address_is_left(page: Page, looker: Looker):
    closed = status("open", queue=queue(1, agents_online=0, opens=OPENS))
    socket = open_chat(page, [ASKED, CLOSED], status=closed)
    save = page.get_by_role("button", name="Save")
    expect(
        page.get_by_text(f"The desk is closed and opens again {OPENS['words']}.")
    ).to_be_visible()
    looker.look("customer-closed", save, page.get_by_label("E-mail address"))
    page.get_by_label("Your name").fill("Alice Baker")
    page.get_by_label("E-mail address").fill("alice@example")
    save.click()
    refused = socket.wait_for("contact", name="Alice Baker", email="alice@example")
    problem = {"code": "bad_contact", "detail": "This is no e-mail address: check its spelling."}
    socket.say({"type": "error", "id": refused["id"], **problem})
    looker.look("customer-bad-address", page.get_by_text("check its spelling"))
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.keyboard.press("Enter")
    socket.wait_for("contact", email="alice@example.org")
    socket.say({"type": "contact", "name": "Alice Baker", "email": "alice@example.org"})
    expect(save).to_be_hidden()
    looker.look(
        "customer-left-address", page.get_by_text("Answers reach you at alice@example.org.")
    )
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("E-mail address")).to_have_value("alice@example.org")
    socket.say({"type": "status", **status("open", "Carol", version=3)})
    expect(page.locator("chat-contact")).to_be_hidden()


def test_a_phones_keyboard_leaves_in_view_what_is_written_into(page: Page):
    closed = status("open", queue=queue(1, agents_online=0, opens=OPENS))
    open_chat(page, [ASKED, CLOSED], status=closed)
    page.set_viewport_size({"width": 375, "height": 340})
    box = page.get_by_role("textbox", name="Write a message")
    box.focus()
    expect(box).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("opens again").first).to_be_in_viewport()
    page.set_viewport_size({"width": 375, "height": 667})
    page.get_by_label("E-mail address").focus()
    page.set_viewport_size({"width": 375, "height": 340})
    expect(page.get_by_label("E-mail address")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)


def test_who_waits_for_somebody_who_is_there_may_leave_an_address_too(page: Page):
    open_chat(page, [ASKED, WAITING], status=status("open", queue=queue(2)))
    expect(page.get_by_role("button", name="Save")).to_be_hidden()
    page.get_by_role("button", name="Get the answer by e-mail too").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()


def test_scrolled_up_new_messages_are_counted(page: Page, looker: Looker):
    many = [
        message(seq, "bot", f"Line {seq} of a long conversation", 60 - seq) for seq in range(1, 40)
    ]
    socket = open_chat(page, many, earlier=True)
    page.locator(".thread-log").evaluate("log => log.scrollTop = 300")
    page.wait_for_timeout(50)
    socket.say(
        live(message(40, "agent", "Are you still there?")), live(message(41, "agent", "Carol"))
    )
    button = page.get_by_role("button", name="2 new")
    looker.look("customer-scrolled-up", button)
    button.click()
    expect(page.get_by_text("Are you still there?")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_what_is_too_long_is_not_sent(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED])
    write(page, "a word " * 600)
    looker.look("customer-too-long", page.get_by_text("characters too long"))
    page.keyboard.press("Enter")
    assert socket.sent("message") == []


def test_what_has_nothing_to_see_is_not_sent(page: Page):
    socket = open_chat(page, [ASKED])
    write(page, "\u200b \u2060\u00ad")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.keyboard.press("Enter")
    write(page, "🎓")
    page.keyboard.press("Enter")
    socket.wait_for("message")
    assert [frame["message"] for frame in socket.sent("message")] == ["🎓"]


def test_what_no_database_keeps_is_left_out(page: Page):
    socket = open_chat(page, [ASKED])
    box = page.get_by_role("textbox", name="Write a message")
    box.evaluate(
        r"box => { box.value = 'half \ud83d, nul\0'; box.dispatchEvent(new Event('input')); }"
    )
    box.press("Enter")
    socket.wait_for("message")
    assert socket.sent("message")[0]["message"] == "half \ufffd, nul"


def test_who_waits_may_go_back_to_the_bot(page: Page, looker: Looker):
    socket = open_chat(page, [ASKED, WAITING], status=status("open", queue=queue(2)))
    back = page.get_by_role("button", name="Back to the bot")
    looker.look("waiting-back", back)
    border = back.evaluate("button => getComputedStyle(button).borderColor")
    assert border not in ("transparent", "rgba(0, 0, 0, 0)"), "it looks like a text"
    back.click()
    socket.wait_for("bot")
    socket.say({"type": "status", **status("bot", version=2)})
    expect(page.get_by_role("button", name="Back to the bot")).to_be_hidden()
    socket.say({"type": "status", **status("open", "Carol", version=3)})
    expect(page.locator("#status")).to_have_text("Carol answers")
    expect(page.get_by_role("button", name="Back to the bot")).to_be_hidden()
