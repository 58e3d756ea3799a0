"""How far everybody has read and got, and the version that rises with each change."""

import pytest

from chat.log import Mark, commit_group
from chat.models import Member
from tests.chat.entries import as_agent, bot_says, says

pytestmark = pytest.mark.django_db


# ── version ──


def test_the_version_rises_with_every_message_and_every_mark(alice, carol):
    agent = as_agent(carol)
    versions = []
    for entry in (
        says(alice, "hello"),
        Mark(alice.conversation.pk, agent.key, 1, carol.pk, is_agent=True),
        says(alice, "still there?"),
    ):
        commit_group([entry])
        versions.append(alice.conversation.version)
    assert versions == [1, 2, 3]


def test_a_change_says_from_which_version_to_which(alice, announced):
    commit_group([says(alice, "one")])
    with announced(alice.conversation) as changes:
        commit_group([says(alice, "two"), says(alice, "three")])
    assert (changes[0].previous, changes[0].version) == (1, 3)


# ── read marks ──


def test_a_read_mark_only_ever_rises(alice, announced):
    commit_group([bot_says(alice.conversation, str(i), f"bot:{i}") for i in range(5)])
    for through, expected in ((3, 3), (1, 3), (5, 5), (2, 5)):
        with announced(alice.conversation):
            commit_group([Mark(alice.conversation.pk, alice.author_key, through)])
        assert Member.objects.get().last_read_seq == expected


def test_two_agents_who_read_in_one_group_have_read_as_far_as_the_one_who_read_more(
    alice, carol, frank, announced
):
    pk = alice.conversation.pk
    commit_group([says(alice, "one"), says(alice, "two")])
    with announced(alice.conversation) as changes:
        marks = [(carol, 2), (frank, 1)]
        commit_group([Mark(pk, as_agent(a).key, seq, a.pk, is_agent=True) for a, seq in marks])
    assert changes[0].read == {"agent": 2}


def test_a_mark_that_raises_nothing_is_not_announced(alice, announced):
    commit_group([says(alice, "hello"), Mark(alice.conversation.pk, alice.author_key, 1)])
    with announced(alice.conversation) as changes:
        commit_group([Mark(alice.conversation.pk, alice.author_key, 1)])
    assert changes == []


def test_nobody_reads_what_is_not_there(alice):
    commit_group([says(alice, "hello"), Mark(alice.conversation.pk, alice.author_key, 99)])
    assert Member.objects.get().last_read_seq == 1


def test_a_mark_counts_the_customers_messages_before_it(alice, carol):
    """What an agent has not read yet is counted by two numbers, without looking at messages."""
    pk = alice.conversation.pk
    commit_group([says(alice, "one"), bot_says(pk, "two"), says(alice, "three"), says(alice, "4")])
    for through, count in ((2, 1), (3, 2), (4, 3)):
        commit_group([Mark(pk, "user:1", through, is_agent=True)])
        assert Member.objects.get().read_customer_messages == count


def test_a_mark_counts_what_comes_in_its_own_group(alice):
    pk = alice.conversation.pk
    commit_group([says(alice, "one"), says(alice, "two"), Mark(pk, "user:1", 1, is_agent=True)])
    assert Member.objects.get().read_customer_messages == 1


def test_a_delivery_mark_is_no_read_mark(alice, announced):
    commit_group([says(alice, "one")])
    with announced(alice.conversation) as changes:
        commit_group([Mark(alice.conversation.pk, alice.author_key, 1, delivered_only=True)])
    member = Member.objects.get()
    assert (member.last_delivered_seq, member.last_read_seq) == (1, 0)
    assert changes[0].read is None
