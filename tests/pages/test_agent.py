"""The agents' dashboard, state by state."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.agent_frames import CAROL, MORNING, answers, counts, evidence, summary
from tests.pages.dashboard_page import STATES, open_dashboard, row, section
from tests.pages.frames import at, live, message, status
from tests.pages.look import PHONE, Looker

pytestmark = pytest.mark.usefixtures("carol_logged_in")
MANY = [summary(f"visitor-{number}", f"Question {number}", number) for number in range(50)]


def test_the_lists(page: Page, looker: Looker):
    open_dashboard(page)
    expect(row(page, "alice1")).to_contain_text("12 min")
    expect(row(page, "alice1").locator(".row-unread")).to_contain_text("3")
    expect(section(page, "others")).to_contain_text("Dan")
    looker.look("agent-lists", row(page, "alice1"))


def test_empty_lists(page: Page, looker: Looker):
    open_dashboard(page, conversations=[])
    looker.look("agent-empty", page.get_by_text("Nobody is waiting."))


def test_two_thousand_conversations(page: Page, looker: Looker):
    def more(frame: dict) -> list[dict]:
        if frame["type"] != "more":
            return []
        older = [
            summary(f"older-{number}", "An older question", 60 + number) for number in range(50)
        ]
        return [
            {"type": "more", "section": "bot", "conversations": older, "unread": {}, "more": True}
        ]

    socket = open_dashboard(
        page,
        conversations=MORNING[:5] + MANY,
        counts={**counts(MORNING[:5]), "bot": 2000},
        answer=more,
    )
    head = page.get_by_role("link", name="Bot 2000")
    looker.look("agent-2000", head, page.get_by_role("link", name="Resolved"))
    head.click()
    expect(row(page, "visitor-0").first).to_be_in_viewport()
    section(page, "bot").get_by_role("button", name="More").click()
    expect(row(page, "older-49")).to_be_attached()
    assert socket.wait_for("more", section="bot")["after"] == "visitor-49"


def test_more_of_a_queue_goes_on_behind_who_still_waits(page: Page):
    queue = [summary(f"waits-{number}", "Hello?", 300 - number, "open") for number in range(50)]
    socket = open_dashboard(page, conversations=queue, counts={**counts(queue), "waiting": 120})
    taken = {**queue[-1], "agent": CAROL, "waiting_since": None, "updated_at": at(), "version": 6}
    socket.say({"type": "conversations", "conversations": [taken]})
    expect(section(page, "mine").locator(".row-item")).to_have_count(1)
    section(page, "waiting").get_by_role("button", name="More").click()
    assert socket.wait_for("more", section="waiting")["after"] == "waits-48"


@pytest.mark.parametrize("state", STATES)
def test_a_conversation(page: Page, looker: Looker, state: str):
    open_dashboard(page, "alice1", state)
    main = {
        "bot": "Take over t",
        "waiting": "Take it t",
        "mine": "Resolve e",
        "others": "Take over… t",
    }
    button = page.locator(".actions").get_by_text(main.get(state, "Take over t").rsplit(" ", 1)[0])
    looker.look(f"agent-{state}", page.locator(".conversation-state"), button)


def test_the_customer_s_name_and_address(page: Page, looker: Looker):
    """They come while the conversation is open."""
    alice = {"label": "alice1", "name": "Alice Baker", "email": "alice@example.org"}

    def known(frame: dict) -> list[dict]:
        customer = {**alice, "since": at(60), "earlier": []}
        shown = {"type": "customer", "conversation": "alice1", "customer": customer}
        return [shown] if frame["type"] == "customer" else []

    socket = open_dashboard(page, "alice1", "waiting", answer=known)
    words = "The customer left a name and an e-mail address."
    left = message(7, "system", words, event="contact", note=True)
    socket.say({**live(left), "conversation": "alice1"})
    expect(page.locator(".conversation-head h2")).to_have_text("Alice Baker")
    expect(page.locator(".beside")).to_contain_text("alice@example.org")
    looker.look("agent-contact", page.locator(".conversation-head h2"))


def test_an_agent_is_away_and_back(page: Page, looker: Looker):
    socket = open_dashboard(page)
    switch = page.get_by_role("switch", name="Available to answer")
    expect(switch).to_be_checked()
    switch.click()
    socket.wait_for("available", on=False)
    away = [{**CAROL, "online": False, "away": True}]
    socket.say({"type": "colleagues", "colleagues": away})
    expect(switch).not_to_be_checked()
    looker.look("agent-away", switch)
    switch.click()
    socket.wait_for("available", on=True)


def nearest(frame: dict) -> list[dict]:
    return [answers()] if frame["type"] == "answers" else []


def test_the_nearest_answers(page: Page, looker: Looker):
    open_dashboard(page, "alice1", "mine", answer=nearest)
    cards = page.get_by_role("group", name="Nearest answers").get_by_role("button")
    expect(cards).to_have_count(3)
    expect(cards.first).not_to_contain_text("English")
    looker.look("agent-answers", cards.first, page.get_by_role("textbox"))
    cards.nth(1).click()
    expect(page.get_by_role("textbox")).to_have_value(re.compile("^Floor 2 has"))
    looker.look("agent-draft", page.get_by_role("textbox"))


def test_nearest_answers_in_several_languages_say_which(page: Page, looker: Looker):
    frame = answers()
    frame["entries"][1]["confidence"] = 0.87
    frame["entries"][1]["lang"] = "de"
    reply = lambda asked: [frame] if asked["type"] == "answers" else []  # noqa: E731
    open_dashboard(page, "alice1", "mine", answer=reply)
    cards = page.get_by_role("group", name="Nearest answers").get_by_role("button")
    expect(cards.nth(0)).to_contain_text("English: Choose")
    expect(cards.nth(1)).to_contain_text("German: Floor 2")
    looker.look("agent-answers-languages", cards.nth(1))


def test_a_language_that_no_browser_knows_is_named_by_its_code(page: Page):
    frame = answers()
    frame["entries"][1]["lang"] = "en-12"
    reply = lambda asked: [frame] if asked["type"] == "answers" else []  # noqa: E731
    open_dashboard(page, "alice1", "mine", answer=reply)
    cards = page.get_by_role("group", name="Nearest answers").get_by_role("button")
    expect(cards.nth(1)).to_contain_text("en-12: Floor 2")


@pytest.mark.parametrize("state", ["bot", "waiting", "others", "resolved"])
def test_who_may_not_reply_is_offered_no_answers(page: Page, state: str):
    socket = open_dashboard(page, "alice1", state)
    socket.say(answers())
    socket.say({"type": "ratings", "conversation": "alice1", "ratings": {"2": "down"}})
    expect(page.get_by_text("The customer found this not helpful")).to_be_visible()
    expect(page.get_by_role("group", name="Nearest answers")).to_be_hidden()
    assert socket.sent("answers") == []


def test_a_thumb_is_seen_at_the_answer(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1", "bot")
    for value, words in (("up", "The customer found this helpful"), ("down", "not helpful")):
        socket.say({"type": "ratings", "conversation": "alice1", "ratings": {"2": value}})
        expect(page.locator("chat-message .rating")).to_contain_text(words)
    looker.look("agent-rating", page.locator("chat-message .rating"))


def test_evidence(page: Page, looker: Looker):
    wrote = {
        "model": {"wrote": "You can restart the router.", "guard": "names that are in no source"}
    }
    messages = [
        message(1, "customer", "my lab machine makes a noise", 5),
        message(2, "bot", "I do not know.", 5, evidence=evidence("template", **wrote)),
    ]
    open_dashboard(page, "alice1", "bot", messages)
    page.get_by_text("found no answer · best hit 83 %").click()
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("“how do i get on wifi”")
    looker.look(
        "agent-evidence", page.get_by_text("The model wrote: You can restart the router."), hit
    )


def test_a_note(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1", "others")
    page.keyboard.press("n")
    page.keyboard.type("Ask facilities first")
    box = page.get_by_role("textbox", name="Write a note; only agents see it…")
    looker.look("agent-note", box)
    page.keyboard.press("Enter")
    socket.wait_for("message", note=True, message="Ask facilities first", conversation="alice1")


def test_taking_from_a_colleague_asks_first(page: Page, looker: Looker):
    socket = open_dashboard(page, "frank", "others")
    page.get_by_role("button", name="Take over…").click()
    heading = page.get_by_role("heading", name="Take over from Dan?")
    looker.look("agent-taking", heading)
    assert socket.sent("take_over") == []
    page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    socket.wait_for("take_over", conversation="frank", confirm=True)


def test_somebody_was_quicker(page: Page):
    def taken(frame: dict) -> list[dict]:
        if frame["type"] != "take_over":
            return []
        return [
            {"type": "error", "id": frame["id"], "code": "taken", "detail": "…", "agent": "Dan"}
        ]

    open_dashboard(page, "alice1", "waiting", answer=taken)
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Take over from Dan?")).to_be_visible()


def test_transfer(page: Page, looker: Looker):
    socket = open_dashboard(page, "eve", "mine")
    page.keyboard.press("x")
    looker.look("agent-transfer", page.get_by_label("To whom"))
    page.get_by_label("To whom").select_option(label="Dan")
    page.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    socket.wait_for("transfer", conversation="eve", to="dan")


def test_the_keys(page: Page, looker: Looker):
    open_dashboard(page)
    page.keyboard.press("?")
    looker.look("agent-keys", page.get_by_text("hand back to the bot"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_refused_command_says_why(page: Page, looker: Looker):
    def conflict(frame: dict) -> list[dict]:
        if frame["type"] != "hand_back":
            return []
        refusal = {"code": "conflict", "detail": "This changed meanwhile. Look again."}
        return [{"type": "error", "id": frame["id"], **refusal}]

    open_dashboard(page, "eve", "mine", answer=conflict)
    page.keyboard.press("h")
    looker.look("agent-refused", page.get_by_text("This changed meanwhile."))


def test_two_agents_in_one_conversation(page: Page, looker: Looker):
    socket = open_dashboard(page, "frank", "mine")
    took = message(7, "system", "Dan took over from Carol.", event="took_over", agent="Dan")
    reply = message(8, "agent", "Hi, Dan here, I go on from here.", name="Dan")
    there = {"type": "status", "conversation": "frank", **STATES["others"], "version": 9}
    socket.say(
        {**live(took), "conversation": "frank"}, there, {**live(reply), "conversation": "frank"}
    )
    expect(page.locator(".conversation-state")).to_contain_text("Dan has it")
    expect(page.get_by_role("textbox")).to_be_disabled()
    looker.look("agent-two", page.get_by_text("Dan took over from Carol."))


def test_what_is_new_collects_while_one_is_read(page: Page, looker: Looker):
    socket = open_dashboard(page, "alice1")
    new = [
        summary(f"late-{number}", "Is anybody here?", 0, "open", unread=1) for number in range(3)
    ]
    frame = {"type": "conversations", "conversations": new, "counts": counts(MORNING + new)}
    socket.say(frame)
    fresh = page.get_by_role("button", name="3 new")
    expect(page.get_by_role("link", name="Waiting 6")).to_be_visible()
    expect(row(page, "late-0")).to_have_count(0)
    looker.look_as_it_is("agent-3-new-1280", fresh)
    fresh.click()
    expect(section(page, "waiting").locator(".row-label")).to_have_text(
        ["alice1", "bob", "visitor-7f3a", "late-0", "late-1", "late-2"]
    )


def test_what_one_has_just_taken_is_not_held_back(page: Page):
    """The lists hear of it a moment later than the thread, when another may be open already."""
    socket = open_dashboard(page, "heidi", "bot")
    taken = summary("heidi", "How do I print?", 0, "open", CAROL, version=9)
    socket.say({"type": "status", "conversation": "heidi", **STATES["mine"], "version": 9})
    row(page, "grace").click()
    expect(page.locator(".conversation-head h2")).to_have_text("grace")
    socket.say({"type": "conversations", "conversations": [taken]})
    expect(
        section(page, "mine").locator(".row-item").filter(has_text="How do I print?")
    ).to_have_count(1)
    expect(page.locator(".fresh:visible")).to_have_count(0)


def test_about_the_customer_on_a_phone(page: Page, looker: Looker):
    open_dashboard(page, "alice1")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="About the customer").click()
    looker.look_as_it_is("agent-beside-375", page.get_by_text("Earlier conversations"))
    page.get_by_role("link", name="Back to the conversation").click()
    expect(page.locator(".conversation-state")).to_be_visible()
    page.get_by_role("link", name="Back to the lists").click()
    expect(row(page, "alice1")).to_be_visible()
    page.go_back()
    expect(page.locator(".conversation-state")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("session-over", 4001, "Log in again"), ("reconnecting", 1011, "No connection")],
)
def test_the_line_about_the_connection(
    page: Page, looker: Looker, name: str, code: int, words: str
):
    socket = open_dashboard(page, "alice1", "mine")
    socket.close(code)
    page.clock.run_for(2_100)
    looker.look(f"agent-{name}", page.locator("connection-line").get_by_text(words))


def test_a_conversation_that_is_not_there(page: Page, looker: Looker):
    def nothing(frame: dict) -> list[dict]:
        return []

    socket = open_dashboard(page, "alice1", answer=nothing)
    socket.answer = lambda frame: [
        {
            "type": "error",
            "conversation": "gone",
            "code": "not_found",
            "detail": "Conversation not found",
        }
    ]
    page.evaluate(
        "history.pushState(null, '', '/agent/chat/gone/'); dispatchEvent(new Event('popstate'))"
    )
    looker.look("agent-not-found", page.get_by_text("Pick one from the lists."))


def test_carols_own_message_is_hers(page: Page):
    """The same account in a second window: a live status counts by its version."""
    socket = open_dashboard(page, "alice1", "waiting")
    socket.say({"type": "status", "conversation": "alice1", **status("open", CAROL, version=7)})
    socket.say({"type": "status", "conversation": "alice1", **status("bot", version=6)})
    expect(page.locator(".conversation-state")).to_have_text("You have it")


def test_twice_as_large(page: Page, looker: Looker):
    """At 200 % a desk's window has half as many pixels of its own."""
    page.set_viewport_size({"width": 640, "height": 400})
    open_dashboard(page, "alice1", "mine")
    textbox = page.get_by_role("textbox")
    looker.look_as_it_is("agent-200-percent", textbox, page.get_by_role("button", name="Resolve"))
