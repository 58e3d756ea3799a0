"""Assistants: chosen, switched in mid-conversation, seen by agents; one that only drafts."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import DESK, PHONE, People, second_window

BATTERY = "Open Settings, then Battery"
COLD = "A cold mostly goes by itself"
NOTICE = "This is general information and no medical advice."


def choose(window, name: str) -> None:
    window.page.get_by_role("button", name="choose another assistant").click()
    window.page.get_by_role("group", name="Assistants").get_by_role("button", name=name).click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_customer_switches_in_mid_conversation(people: People, size: dict):
    label = f"alice-choosing-{size['width']}"
    alice = people.customer(label, viewport=size)
    alice.asks("How do I connect to Wi-Fi?")
    window = second_window(alice, label)
    choose(alice, "Gadget Support")
    alice.sees("Switched to Gadget Support.")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Gadget Support")
    alice.page.get_by_role("button", name="Phone battery drains fast").click()
    alice.sees(BATTERY)
    choose(alice, "Healthcare Assistant")
    alice.say("I have a cold")
    alice.sees(COLD)
    expect(alice.page.get_by_text(NOTICE)).to_be_visible()

    carol = people.agent("Carol", viewport=size)
    carol.open(label)
    expect(carol.page.locator(".assistant-of")).to_have_text("Healthcare Assistant")
    carol.sees_thread(
        "How do I connect to Wi-Fi?",
        'Choose the network "campus-secure"',
        "Switched to Gadget Support.",
        "Phone battery drains fast",
        BATTERY,
        "Switched to Healthcare Assistant.",
        "I have a cold",
        COLD,
    )
    alice.page.reload()
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("Healthcare Assistant")
    alice.sees(BATTERY)


def test_words_of_an_emergency_lead_to_a_person_at_once(people: People):
    alice = people.customer("alice-in-danger")
    choose(alice, "Healthcare Assistant")
    alice.say("My flatmate is not breathing!")
    alice.sees("call your local emergency number now")
    expect(alice.page.locator("#status")).to_contain_text("Waiting")


def test_the_sentiment_assistant_and_the_score_beside_the_conversation(people: People):
    alice, carol = people.customer("alice-in-a-mood"), people.agent("Carol")
    choose(alice, "Sentiment Analysis")
    alice.say("The printer is broken again and nobody answers.")
    alice.sees("Negative, -")
    carol.open("alice-in-a-mood")
    mood = carol.page.locator("agent-beside [data-part=sentiment]")
    expect(mood).to_contain_text("Negative −")
    alice.say("Wonderful, it works again, thank you so much!")
    alice.sees("Positive, +")
    expect(mood).to_contain_text("Positive +")
    expect(mood).to_contain_text("thank")


def test_a_shadow_assistants_draft_goes_out_with_one_key(people: People):
    dan = people.admin()
    let_speak(dan, people, "Gadget Support", False)
    try:
        alice, carol = people.customer("alice-in-the-dark"), people.agent("Carol")
        choose(alice, "Gadget Support")
        expect(alice.status).to_have_text("A person answers")
        alice.say("my phone battery dies so quickly")
        expect(alice.status).to_contain_text("Waiting")
        carol.open("alice-in-the-dark")
        draft = carol.thread.locator("chat-message[data-draft]")
        expect(draft).to_contain_text(BATTERY)
        expect(alice.page.get_by_text(BATTERY)).to_have_count(0)

        carol.page.keyboard.press("d")
        alice.sees(BATTERY)
        expect(alice.message(BATTERY)).to_have_attribute("data-sender", "agent")
        expect(alice.message(BATTERY)).to_contain_text("from “Phone battery drains fast”")
        carol.is_state("You have it")
        expect(carol.page.locator("agent-beside [data-part=drafts]")).to_contain_text(
            "1 of 1 drafts sent unchanged"
        )

        alice.say("one earbud is silent")
        expect(draft).to_have_count(2)
        carol.page.get_by_role("button", name="Edit first").locator("visible=true").click()
        carol.page.keyboard.type(" Tell me whether that helped.")
        expect(alice.page.get_by_text("Put both back in the case")).to_have_count(0)
        carol.page.get_by_role("button", name="Send", exact=True).click()
        alice.sees("Tell me whether that helped.")
        dan.goto(f"{people.server.url}/admin/chat/assistant/")
        expect(dan.get_by_text("on: 1 of 2 drafts sent unchanged (50 %)")).to_be_visible()
    finally:
        let_speak(dan, people, "Gadget Support", True)


def let_speak(dan: Page, people: People, name: str, on: bool) -> None:
    """Switches an assistant's shadow mode in the admin."""
    dan.goto(f"{people.server.url}/admin/chat/assistant/")
    dan.locator("#result_list").get_by_role("link", name=name, exact=True).click()
    dan.get_by_label("Shadow mode").set_checked(not on)
    dan.get_by_role("button", name="Save", exact=True).first.click()
    expect(dan.get_by_text("was changed successfully")).to_be_visible()
