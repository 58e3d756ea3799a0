"""Conversations as lists show them: sections, order, pages, counts, unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import handoff, messages
from chat.hub import lists, queue, summaries
from chat.log import Mark, commit_group
from chat.models import Conversation
from tests.chat.entries import as_agent, as_customer, bot_says, says
from tests.services.cast import Customer

pytestmark = pytest.mark.django_db


def ids(section: str, user) -> list[str]:
    return [row.public_id for row in summaries.section(section, user.pk)]


def only(conversation, user) -> dict:
    rows = summaries.by_id([conversation.pk])
    frame = lists.with_unread(rows, as_agent(user).key)
    return frame["conversations"][0]


def test_each_conversation_is_in_one_section(alice, bob, carol, frank):
    eve, grace, heidi = Customer("eve"), Customer("grace"), Customer("heidi")
    for person in (alice, bob, eve, grace, heidi):
        commit_group([says(person, "hello")])
    commit_group(
        [
            handoff.ask_for_person(as_customer(bob), bob.conversation.pk),
            handoff.take_over(as_agent(carol), eve.conversation.pk),
            handoff.take_over(as_agent(frank), grace.conversation.pk),
            handoff.resolve(as_agent(frank), heidi.conversation.pk),
        ]
    )
    shown = {name: ids(name, carol) for name in summaries.SECTIONS}
    assert shown == {
        "waiting": ["bob"],
        "mine": ["eve"],
        "others": ["grace"],
        "bot": ["alice"],
        "resolved": ["heidi"],
    }
    assert summaries.counts(carol.pk) == dict.fromkeys(summaries.SECTIONS, 1)
    assert summaries.counts(frank.pk) == dict.fromkeys(summaries.SECTIONS, 1)
    assert ids("mine", frank) == ["grace"]


def test_what_nobody_has_written_in_is_not_listed(alice, carol):
    assert alice.conversation.head_seq == 0
    assert ids("bot", carol) == []
    assert sum(summaries.counts(carol.pk).values()) == 0


def test_who_waits_longest_comes_first(alice, bob, carol):
    for minutes, person in ((1, alice), (5, bob)):
        commit_group([handoff.ask_for_person(as_customer(person), person.conversation.pk)])
        Conversation.objects.filter(pk=person.conversation.pk).update(
            waiting_since=timezone.now() - timedelta(minutes=minutes)
        )
    assert ids("waiting", carol) == ["bob", "alice"]


def test_a_deleted_agent_s_conversation_waits_with_the_others(alice, carol, frank):
    pk = alice.conversation.pk
    commit_group([says(alice, "hello"), handoff.take_over(as_agent(frank), pk)])
    frank.delete()
    assert ids("waiting", carol) == ["alice"]
    row = Conversation.objects.get(pk=pk)
    assert summaries.page_after("waiting", carol.pk, row) == []
    assert queue.places()[pk]["position"] == 1


@pytest.mark.parametrize("section", ["waiting", "bot"])
def test_pages_of_fifty_follow_on_without_gap_or_double(section, carol, db):
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(
            public_id=f"c{i:03}",
            label=f"c{i:03}",
            head_seq=1,
            status="open" if section == "waiting" else "bot",
            # Many at the very same moment, as after an import.
            waiting_since=now - timedelta(seconds=i // 30),
            active_at=now - timedelta(seconds=i // 30),
        )
        for i in range(120)
    )
    seen: list[str] = []
    after = None
    while page := summaries.page_after(section, carol.pk, after):
        seen += [row.public_id for row in page]
        after = page[-1]
        assert len(page) <= 50
    assert len(seen) == len(set(seen)) == 120
    assert seen == ids(section, carol)


def test_a_summary_tells_what_was_said_last_and_by_whom(alice, carol):
    pk = alice.conversation.pk
    commit_group([says(alice, "x" * 500), bot_says(pk, "y" * 500)])
    summary = only(alice.conversation, carol)
    assert (summary["conversation"], summary["label"], summary["status"]) == ("alice",) * 2 + (
        "bot",
    )
    assert summary["last"]["sender"] == "bot"
    assert summary["last"]["name"] == "Bot"
    assert summary["last"]["text"] == "y" * 140
    assert summary["agent"] is None


def test_neither_notes_nor_what_the_system_says_is_the_last_word(alice, carol):
    pk, agent = alice.conversation.pk, as_agent(carol)
    commit_group(
        [says(alice, "hello"), messages.note(agent, pk, "odd"), handoff.take_over(agent, pk)]
    )
    assert only(alice.conversation, carol)["last"]["text"] == "hello"


def test_unread_is_each_agent_s_own(alice, carol, frank):
    pk = alice.conversation.pk
    commit_group([says(alice, "one"), bot_says(pk, "two"), says(alice, "three")])
    assert only(alice.conversation, carol)["unread"] == 2
    commit_group([Mark(pk, as_agent(carol).key, 2, carol.pk, is_agent=True)])
    assert only(alice.conversation, carol)["unread"] == 1
    assert only(alice.conversation, frank)["unread"] == 2


def test_a_page_of_summaries_takes_few_queries(carol, django_assert_max_num_queries):
    for i in range(30):
        person = Customer(f"c{i}")
        commit_group([says(person, "hello")])
    user = carol
    with django_assert_max_num_queries(16):
        frame = lists.everything(user, as_agent(user).key)
    assert len(frame["conversations"]) == 30


def test_a_waiting_row_tells_what_the_customer_asked(alice, carol):
    pk = alice.conversation.pk
    wants = handoff.ask_for_person(as_customer(alice), pk)
    commit_group([says(alice, "my bike is gone"), bot_says(pk, "A person joins you."), wants])
    assert only(alice.conversation, carol)["last"]["text"] == "my bike is gone"
    commit_group([handoff.back_to_bot(as_customer(alice), pk)])
    assert only(alice.conversation, carol)["last"]["text"] == "A person joins you."
