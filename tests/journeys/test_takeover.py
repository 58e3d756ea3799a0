"""Customer and agent side by side: taking over, replying, handing on, ending."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import DESK, PHONE, People
from tests.journeys.windows import wait_until
from tests.services.patience import EVENTUALLY

WIFI = 'Choose the network "campus-secure"'


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_agent_takes_over_replies_and_resolves(people: People, size: dict):
    label = f"alice-helped-{size['width']}"
    carol = people.agent("Carol", viewport=size)
    alice = people.customer(label, viewport=size)
    alice.asks("How do I connect to Wi-Fi?")

    carol.open(label)
    carol.is_state("The bot answers")
    carol.sees_thread("How do I connect to Wi-Fi?", WIFI)
    evidence = carol.thread.locator("details.evidence")
    expect(evidence.locator("summary")).to_contain_text("answered from the FAQ")
    evidence.locator("summary").click()
    expect(evidence.locator("li").first).to_contain_text("Connect to Wi-Fi")
    expect(carol.page.locator("chat-composer textarea")).to_be_disabled()

    carol.take_over()
    alice.sees("Carol Reyes joined the conversation.")
    expect(alice.status).to_have_text("Carol Reyes answers")
    expect(alice.person).to_be_hidden()

    alice.say("How do I set up campus printing?")
    carol.sees("How do I set up campus printing?")
    carol.note("Ticket 4411: the access point on floor 2")
    carol.say("I am looking into it.")
    alice.sees("I am looking into it.")

    carol.act("resolve")
    carol.is_state("Resolved")
    expect(alice.status).to_have_text("Resolved")
    expect(alice.page.get_by_text("Just write if there is more")).to_be_visible()
    alice.sees_thread(
        "How do I connect to Wi-Fi?",
        WIFI,
        "Carol Reyes joined the conversation.",
        "How do I set up campus printing?",
        "I am looking into it.",
        "Carol Reyes closed this conversation.",
    )

    # The next message opens it again, with the bot.
    alice.asks("How do I connect to Wi-Fi from home?")
    expect(alice.status).to_have_text("The bot answers")
    carol.is_state("The bot answers")
    expect(alice.message("4411")).to_have_count(0)


def test_on_a_phone_the_panes_are_pages(people: People):
    alice = people.customer("alice-pages", viewport=PHONE)
    alice.asks("How do I connect to Wi-Fi?")
    carol = people.agent("Carol", viewport=PHONE)
    lists, thread = carol.page.locator("agent-lists"), carol.thread

    carol.open("alice-pages")
    expect(thread).to_be_visible()
    expect(lists).to_be_hidden()
    carol.page.get_by_role("link", name="About the customer").click()
    expect(carol.page.locator(".beside").get_by_text("alice-pages")).to_be_visible()
    expect(thread).to_be_hidden()
    carol.page.go_back()
    expect(thread).to_be_visible()
    carol.page.get_by_role("link", name="Back to the lists").click()
    expect(lists).to_be_visible()
    expect(thread).to_be_hidden()


def test_the_queue_is_answered(people: People):
    carol = people.agent("Carol")
    alice, bob = people.customer("alice-queue"), people.customer("bob-queue")
    for customer in (alice, bob):
        customer.asks("Hello!")
        customer.person.click()
        customer.sees("You are in the queue: a person joins you here.")
    expect(alice.status).to_have_text(re.compile("^Waiting · next"))
    expect(bob.status).to_have_text(re.compile("^Waiting · 2nd"))
    expect(bob.page.get_by_text("You are 2nd in line")).to_be_visible()

    expect(carol.row("alice-queue", "waiting")).to_be_visible()
    expect(carol.row("alice-queue").locator(".row-unread")).to_contain_text("1")
    carol.open("alice-queue")
    expect(carol.row("alice-queue").locator(".row-unread")).to_be_hidden()
    carol.take_over()
    expect(carol.row("alice-queue", "mine")).to_be_visible()
    expect(bob.status).to_have_text(re.compile("^Waiting · next"))

    carol.act("hand_back")
    carol.is_state("The bot answers")
    alice.sees("Carol Reyes left. The bot answers again.")
    alice.asks("How do I connect to Wi-Fi?")
    alice.sees(WIFI)

    carol.open("bob-queue")
    carol.take_over()
    carol.act("resolve")
    carol.is_state("Resolved")
    expect(carol.row("bob-queue", "resolved")).to_be_visible()


def test_a_transfer_to_a_colleague(people: People):
    carol, frank = people.agent("Carol"), people.agent("Frank")
    alice = people.customer("alice-transfer")
    alice.asks("How do I connect to Wi-Fi?")
    carol.open("alice-transfer")
    frank.open("alice-transfer")
    carol.take_over()
    frank.is_state("Carol Reyes has it")
    expect(frank.row("alice-transfer", "others")).to_contain_text("Carol Reyes")
    expect(frank.page.locator("chat-composer textarea")).to_be_disabled()

    choice = carol.dialog.get_by_label("To whom")

    def is_offered() -> bool:
        """Who has come within this second is told to colleagues in the next, and the dialog shows
        who was there when it opened."""
        carol.act("transfer")
        if choice.locator("option").first.inner_text() == "Frank Osei":  # Dan is away
            return True
        carol.confirm("Cancel")
        return False

    wait_until(carol.page, is_offered, EVENTUALLY, "Frank among those who are there")
    choice.select_option(label="Frank Osei")
    carol.confirm("Transfer")

    carol.is_state("Frank Osei has it")
    frank.is_state("You have it")
    expect(alice.status).to_have_text("Frank Osei answers")
    words = "Carol Reyes handed the conversation to Frank Osei."
    for window in (alice, carol, frank):
        window.sees(words)
    frank.say("I have it now.")
    for window in (alice, carol):
        window.sees("I have it now.")


def test_taking_from_a_colleague_asks_first_and_is_told_to_both(people: People):
    carol, frank = people.agent("Carol"), people.agent("Frank")
    alice = people.customer("alice-taken")
    alice.asks("How do I connect to Wi-Fi?")
    for agent in (carol, frank):
        agent.open("alice-taken")
    carol.take_over()
    frank.is_state("Carol Reyes has it")

    frank.act("take_over")
    expect(frank.dialog).to_contain_text("Take over from Carol Reyes?")
    frank.confirm("Leave it")
    frank.is_state("Carol Reyes has it")
    carol.is_state("You have it")

    frank.act("take_over")
    frank.confirm("Take over")
    frank.is_state("You have it")
    carol.is_state("Frank Osei has it")
    for window in (alice, carol, frank):
        window.sees("Frank Osei took over from Carol Reyes.")
    expect(alice.status).to_have_text("Frank Osei answers")
    expect(carol.page.locator("chat-composer textarea")).to_be_disabled()


def test_two_agents_reach_for_one_conversation(people: People):
    """One has it; the other is asked whether to take it away."""
    carol, frank = people.agent("Carol"), people.agent("Frank")
    alice = people.customer("alice-race")
    alice.asks("Hello!")
    alice.person.click()
    for agent in (carol, frank):
        agent.open("alice-race")
        expect(agent.state).to_contain_text("Waiting")
    for agent in (carol, frank):
        agent.page.keyboard.press("t")
    for agent in (carol, frank):
        expect(agent.state).to_contain_text("ha")  # "You have it", "Frank Osei has it"
    states = [agent.state.inner_text() for agent in (carol, frank)]
    assert states.count("You have it") == 1, states
    loser = frank if states[0] == "You have it" else carol
    if loser.dialog.is_visible():
        loser.confirm("Leave it")
    expect(alice.message("joined the conversation.")).to_have_count(1)


def test_drafts_stay_with_their_conversation(people: People):
    carol = people.agent("Carol")
    for label in ("alice-draft", "bob-draft"):
        people.customer(label).asks("Hello!")
        carol.open(label)
        carol.take_over()
    box = carol.page.locator("chat-composer textarea")
    box.fill("half a reply to Bob")
    carol.open("alice-draft")
    expect(box).to_have_value("")
    carol.open("bob-draft")
    expect(box).to_have_value("half a reply to Bob")
