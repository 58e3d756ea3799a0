"""A customer asks the bot: an answer, a choice, or an honest word and a way to a person.

No agent is at this desk, so that what the queue says is known.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import DESK, PHONE, People

WIFI = 'Choose the network "campus-secure"'
RESET = 'Open account.example.edu and choose "Forgot password"'
HONEST = "I have no answer to that, and I would rather not guess."


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_question_is_answered_from_the_faq(people: People, size: dict):
    alice = people.customer(viewport=size)
    expect(alice.page.get_by_text("Ask in your own words.")).to_be_visible()
    expect(alice.status).to_have_text("The bot answers")

    alice.asks("How do i get on wifi?")
    alice.sees_thread("How do i get on wifi?", WIFI)

    source = alice.bot_messages.get_by_role("link", name="Connect to Wi-Fi")
    expect(source).to_be_in_viewport()
    expect(source).to_have_attribute("href", "https://help.example.edu/network/wifi")
    expect(source).to_have_attribute("target", "_blank")
    expect(alice.person).to_be_in_viewport()
    expect(alice.page.locator("chat-composer textarea")).to_be_in_viewport()


def test_a_suggested_question_is_asked_by_a_click(people: People):
    alice = people.customer("alice-first")
    question = alice.page.locator(".questions button").first
    title = question.inner_text()
    question.click()
    alice.has_sent(title)
    expect(alice.bot_messages.get_by_text(f"“{title}”")).to_be_visible()
    expect(question).to_be_hidden()


def test_did_you_mean(people: People):
    alice = people.customer("alice-vague")
    alice.asks("password")
    expect(alice.choices()).to_have_count(4)
    expect(alice.choices().last).to_have_text("None of these")

    alice.choices().get_by_text("Reset a forgotten password").click()
    alice.has_sent("Reset a forgotten password")
    alice.sees(RESET)
    expect(alice.choices()).to_have_count(0)

    alice.page.reload()
    alice.sees_thread("password", "Did you mean", "Reset a forgotten password", RESET)
    expect(alice.page.locator(".suggestions [data-chosen]")).to_have_text(
        "Reset a forgotten password"
    )


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("de-AT", "Mehrstufige Anmeldung (MFA) einrichten"),
        ("es-ES", "Configurar la autenticación multifactor (MFA)"),
    ],
)
def test_the_browser_s_language_comes_first(people: People, locale: str, title: str):
    alice = people.customer(f"alice-{locale.lower()}", locale=locale)
    alice.asks("MFA")
    expect(alice.choices().first).to_have_text(title)


def test_none_of_these(people: People):
    alice = people.customer("alice-none")
    alice.asks("printer")
    alice.choices().get_by_text("None of these").click()
    alice.sees(HONEST)
    expect(alice.bot_messages.last.get_by_role("button", name="Talk to a person")).to_be_visible()


def test_no_answer_and_then_a_person(people: People):
    alice = people.customer("alice-honest")
    alice.asks("how do i cook rice")
    alice.sees(HONEST)

    alice.bot_messages.last.get_by_role("button", name="Talk to a person").click()
    alice.sees("Nobody from the team is here right now.")
    expect(alice.status).to_have_text("Waiting for a person")
    expect(alice.person_words).to_have_text(re.compile("Nobody is at the desk right now"))
    expect(alice.page.get_by_role("button", name="Talk to a person")).to_have_count(0)

    # In the queue the bot is silent, and what is written is kept.
    alice.say("How do I connect to Wi-Fi?")
    alice.say("it is for the library")
    expect(alice.bot_messages).to_have_count(1)


def test_the_second_miss_hands_over_by_itself(people: People):
    alice = people.customer("alice-missed")
    alice.asks("who won the world cup in 1998")
    alice.sees(HONEST)
    alice.asks("flux capacitor alignment")
    alice.sees("I could not help you with this, so I am asking a person to join you.")
    expect(alice.status).to_have_text(re.compile("^Waiting"))
    expect(alice.person).to_be_hidden()
