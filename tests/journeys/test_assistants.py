"""Assistants: chosen on the page, switched in mid-conversation, seen by agents."""

import pytest
from playwright.sync_api import expect

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
    expect(carol.page.locator("[data-part=assistant]")).to_have_text("Healthcare Assistant")
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
