"""Conversations and turns in the admin: to read, not to change."""

import pytest
from django.utils import timezone

from chat.actions import announcements
from chat.log import commit_group
from chat.models import BotTurn, Conversation
from chat.models.conversation import Kind
from tests.chat.entries import as_agent, bot_says, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(alice):
    commit_group(
        [says(alice, "the wifi is slow"), bot_says(alice.conversation, "Try campus-secure")]
    )
    BotTurn.objects.create(
        conversation=alice.conversation,
        question_seq=1,
        token="t0ken",
        leased_until=timezone.now(),
        question="the wifi is slow",
        outcome="answer",
        evidence={"hits": []},
    )
    return alice.conversation


def test_the_admin_reads_a_conversation_with_its_messages_and_turns(conversation, dans_browser):
    page = dans_browser.get(f"/admin/chat/conversation/{conversation.pk}/change/")
    assert page.status_code == 200
    for text in (b"the wifi is slow", b"Try campus-secure", b"answer"):
        assert text in page.content


def test_the_announcements_own_log_is_no_conversation(conversation, carol, dans_browser):
    announcements.announce(as_agent(carol), "The library closes early today.")
    log = Conversation.objects.get(kind=Kind.FEED)
    page = dans_browser.get("/admin/chat/conversation/").content.decode()
    assert conversation.public_id in page
    assert log.public_id not in page
    assert "1 conversation" in page
    assert "?kind__exact=support" in page
    assert "?kind__exact=feed" not in page


def test_the_visitor_s_key_and_the_worker_s_token_are_not_shown(conversation, alice, dans_browser):
    pages = [
        dans_browser.get(f"/admin/chat/conversation/{conversation.pk}/change/"),
        dans_browser.get(f"/admin/chat/botturn/{BotTurn.objects.get().pk}/change/"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert alice.key.encode() not in page.content
        assert b"t0ken" not in page.content


@pytest.mark.parametrize("model", ["conversation", "botturn"])
@pytest.mark.parametrize("query", ["", "?q=wifi", "?q=%00", "?e=1"])
def test_lists_can_be_searched(model, query, conversation, dans_browser):
    assert dans_browser.get(f"/admin/chat/{model}/{query}", follow=True).status_code == 200


@pytest.mark.parametrize("model", ["conversation", "botturn"])
def test_nothing_can_be_added_changed_or_deleted(model, conversation, dans_browser):
    pk = {"conversation": conversation.pk, "botturn": BotTurn.objects.get().pk}[model]
    page = f"/admin/chat/{model}/"
    assert dans_browser.get(f"{page}add/").status_code == 403
    assert dans_browser.post(f"{page}{pk}/change/", {}).status_code == 403
    assert dans_browser.post(f"{page}{pk}/delete/", {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    dans_browser.post(page, action)
    assert conversation.messages.count() == 2
    assert BotTurn.objects.count() == 1


def test_an_agent_has_no_admin(conversation, carols_browser):
    answer = carols_browser.get("/admin/chat/conversation/")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]
