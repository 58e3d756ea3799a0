"""What an agent is shown for the customer's last question."""

import pytest

from chat.bot.nearest import nearest
from faq.models import Category, Entry
from tests.chat.bot.conftest import hit

WIFI = hit("Connect to Wi-Fi", "Choose the network named campus.", 0.91234, 4)


@pytest.fixture
def asked(found):
    return found("none", WIFI)


def test_the_nearest_entries_however_sure(talk, asked):
    talk.say("Hello, wifi is slow")
    assert nearest(talk.conversation.pk) == {
        "seq": 1,
        "entries": [
            {
                "entry": 4,
                "title": "Connect to Wi-Fi",
                "answer": "Choose the network named campus.",
                "link": "https://help.example.edu/it",
                "lang": "",
                "confidence": 0.912,
            }
        ],
    }
    assert asked == ["wifi is slow"]


def test_each_entry_has_its_language(talk, found):
    network = Category.objects.create(name="Network", slug="network")
    german = Entry.objects.create(category=network, title="WLAN", answer="So.", lang="de")
    found("none", hit("WLAN", "So.", 0.4, german.pk), hit("Connect to Wi-Fi", "Yes.", 0.5, 0))
    talk.say("wlan?")
    assert [entry["lang"] for entry in nearest(talk.conversation.pk)["entries"]] == ["de", ""]


def test_what_asks_nothing_is_passed_over(talk, asked, carol):
    talk.say("where can i print?")
    talk.say("can I talk to a person please")
    talk.taken_over_by(carol)
    talk.answered_by(carol, "Hello, I am Carol.")
    talk.say("thanks")
    talk.say("None of these", choice=0)
    assert nearest(talk.conversation.pk)["seq"] == 1
    assert asked == ["where can i print?"]


def test_nothing_was_asked(talk, asked):
    talk.say("hello")
    assert nearest(talk.conversation.pk) == {"seq": 0, "entries": []}
    assert asked == []
