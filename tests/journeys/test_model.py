"""With the real language model: what the FAQ does not know gets its guarded words or an honest
sentence, and never holds anybody up for long."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.people import People
from tests.services.paced import QUESTION
from tests.services.server import Desk, Server

LONGEST = 150_000  # milliseconds, loading the model among them


@pytest.fixture(scope="module")
def server(module_desk: Callable[..., Desk], models: Path) -> Server:
    return module_desk(language_model="embedded").server()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_question_that_the_faq_does_not_know(people: People):
    alice, bob = people.customer("alice-model"), people.customer("bob-meanwhile")
    alice.say(QUESTION)
    expect(alice.page.locator(".typing")).to_be_visible()

    # The slow answer of one customer delays nobody's quick one.
    bob.asks("How do I connect to Wi-Fi?")
    expect(alice.bot_messages).to_have_count(1, timeout=LONGEST)
    reply = alice.bot_messages.first
    expect(reply).to_contain_text(
        re.compile("Written by a language model. It may be wrong.|I have no answer to that")
    )
    expect(reply.get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(alice.page.locator(".typing")).to_be_hidden()
