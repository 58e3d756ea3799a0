"""How a customer sounds in a conversation: from their own newest words, stored nowhere."""

import pytest

from chat.actions.messages import customer_message
from chat.log import commit_group
from chat.models import Conversation, Message
from chat.sentiment import judge, of_conversation
from tests.chat.entries import as_customer, says
from tests.faq.conftest import model

__all__ = ["model"]
pytestmark = pytest.mark.django_db
ANGRY = "This is the worst service ever, I am furious."
GLAD = "Wonderful, thank you so much!"


def test_nothing_written_is_nothing_to_go_by(alice):
    assert of_conversation(alice.conversation.pk) == {
        "seq": 0, "count": 0, "label": "", "score": 0.0, "why": "",
    }  # fmt: skip


def test_it_is_the_same_score_as_the_assistants_and_follows_what_is_written(alice, model):
    commit_group([says(alice, ANGRY)])
    found = of_conversation(alice.conversation.pk)
    assert found == {"seq": 1, "count": 1, **judge(ANGRY).frame()}
    commit_group([says(alice, GLAD), says(alice, GLAD)])
    later = of_conversation(alice.conversation.pk)
    assert (later["seq"], later["count"], later["label"]) == (3, 3, "positive")
    assert later["score"] > found["score"]


def test_what_was_picked_from_suggestions_does_not_count(alice, model):
    commit_group([says(alice, ANGRY)])
    pk = alice.conversation.pk
    commit_group([customer_message(as_customer(alice), pk, GLAD, choice=1)])
    assert of_conversation(pk)["seq"] == 1


def test_nothing_of_it_is_stored(alice, model):
    commit_group([says(alice, ANGRY)])
    before = Conversation.objects.values().get(pk=alice.conversation.pk)
    of_conversation(alice.conversation.pk)
    assert Conversation.objects.values().get(pk=alice.conversation.pk) == before
    assert Message.objects.count() == 1
