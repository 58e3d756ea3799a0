"""The customer chooses another assistant in mid-conversation."""

import pytest

from chat import assistants
from chat.actions import assistants as choosing
from chat.errors import NotFound
from chat.hub import summaries
from chat.log import commit_group
from chat.models import Assistant, Conversation
from tests.chat.entries import as_customer, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Assistant.objects.create(
        name="IT Help Desk", slug="it-help-desk", is_active=True, is_default=True
    )


@pytest.fixture
def gadgets(desk):
    return Assistant.objects.create(
        name="Gadget Support",
        slug="gadgets",
        is_active=True,
        greeting="What broke?",
        questions="Is it on?",
        order=1,
    )


def switch(customer, slug, client_id=""):
    pk = customer.conversation.pk
    entry = choosing.switch(as_customer(customer), pk, slug, client_id=client_id)
    return commit_group([entry])[0]


def test_it_is_recorded_in_the_thread_and_the_history_stays(alice, gadgets, announced):
    commit_group([says(alice, "hello")])
    with announced(alice.conversation) as changes:
        receipt = switch(alice, "gadgets")
    (posted,) = changes[0].messages
    assert receipt.posted == posted
    assert (posted.seq, posted.sender, posted.content) == (
        2,
        "system",
        "Switched to Gadget Support.",
    )
    assert not posted.is_note
    assert posted.data["event"] == "assistant"
    shown = posted.data["assistant"]
    assert (shown["slug"], shown["greeting"], shown["questions"]) == (
        "gadgets", "What broke?", ["Is it on?"],
    )  # fmt: skip
    assert assistants.of(alice.conversation.pk) == gadgets
    bodies = list(alice.conversation.messages.order_by("seq").values_list("body", flat=True))
    assert bodies == ["hello", "Switched to Gadget Support."]


def test_the_same_one_again_changes_nothing(alice, desk, gadgets, announced):
    with announced(alice.conversation) as changes:
        switch(alice, desk.slug)  # has it by default
    assert changes == []
    switch(alice, gadgets.slug)
    with announced(alice.conversation) as changes:
        switch(alice, gadgets.slug)
    assert changes == []


def test_a_retry_is_the_same_switch_also_after_another(alice, desk, gadgets):
    first = switch(alice, gadgets.slug, "c-1")
    switch(alice, desk.slug, "c-2")
    again = switch(alice, gadgets.slug, "c-1")
    assert again.was_there
    assert again.posted.seq == first.posted.seq
    assert assistants.of(alice.conversation.pk) == desk


def test_two_in_one_group_are_judged_one_after_the_other(alice, desk, gadgets):
    who, pk = as_customer(alice), alice.conversation.pk
    entries = [choosing.switch(who, pk, slug) for slug in (gadgets.slug, gadgets.slug, desk.slug)]
    receipts = commit_group(entries)
    assert [receipt.posted and receipt.posted.seq for receipt in receipts] == [1, None, 2]
    assert assistants.of(pk) == desk


def test_one_that_is_switched_off_or_not_there_is_not_offered(alice, gadgets):
    Assistant.objects.filter(pk=gadgets.pk).update(is_active=False)
    for slug in ("gadgets", "no-such", "\x00"[:0]):
        with pytest.raises(NotFound):
            switch(alice, slug)


def test_one_that_is_switched_off_later_is_stood_in_for_and_can_be_left(alice, desk, gadgets):
    switch(alice, gadgets.slug)
    Assistant.objects.filter(pk=gadgets.pk).update(is_active=False)
    assert assistants.of(alice.conversation.pk) == desk
    assert switch(alice, desk.slug).posted is None  # is who answers already
    Assistant.objects.filter(pk=gadgets.pk).update(is_active=True)
    assert assistants.of(alice.conversation.pk) == gadgets


def test_the_lists_show_which_assistant_a_conversation_has(alice, bob, gadgets):
    commit_group([says(alice, "hello"), says(bob, "hello")])
    switch(alice, gadgets.slug)
    rows = list(Conversation.objects.order_by("id").select_related("assignee"))
    shown = [one["assistant"] for one in summaries.summaries(rows)]
    assert shown == ["Gadget Support", "IT Help Desk"]


def test_a_desk_without_assistants_shows_none(alice):
    commit_group([says(alice, "hello")])
    rows = list(Conversation.objects.select_related("assignee"))
    assert [one["assistant"] for one in summaries.summaries(rows)] == [""]
