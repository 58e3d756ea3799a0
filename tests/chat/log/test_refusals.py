"""What the log refuses, under the lock or because it cannot be stored, fails alone."""

import logging
import threading

import pytest
from django.db import DatabaseError, connection

from chat.errors import Conflict, NotFound, Unchanged
from chat.log import Receipt, commit_group
from tests.chat.entries import bot_says, rows, says

pytestmark = pytest.mark.django_db


# ── guards and effects, under the lock ──


def test_a_guard_sees_what_earlier_entries_of_the_group_have_done(alice, announced):
    """Takeover and bot's answer in one group: the later one is judged by the earlier."""

    def take(conversation, seq):
        conversation.status = "open"

    def still_the_bots(conversation, entry):
        if conversation.status != "bot":
            raise Unchanged

    takeover = says(alice, "I take over")
    takeover.effect = take
    answer = bot_says(alice.conversation, "too late")
    answer.guard = still_the_bots
    with announced(alice.conversation) as changes:
        first, second = commit_group([takeover, answer])
    assert first.posted.seq == 1
    assert second.posted is None
    assert rows(alice.conversation) == [(1, "customer", "I take over")]
    assert changes[0].standing.status == "open"


def test_a_refused_entry_uses_up_no_number_and_is_not_announced(alice, announced):
    def refuse(conversation, entry):
        raise Conflict("taken", "Carol has it.")

    refused = says(alice, "no")
    refused.guard = refuse
    with announced(alice.conversation) as changes:
        first, second, third = commit_group([says(alice, "one"), refused, says(alice, "two")])
    assert isinstance(second, Conflict)
    assert (first.posted.seq, third.posted.seq) == (1, 2)
    assert len(changes[0].messages) == 2


def test_an_entry_that_finds_everything_done_succeeds_and_writes_nothing(alice, announced):
    def nothing_to_do(conversation, entry):
        raise Unchanged

    entry = says(alice, "again")
    entry.guard = nothing_to_do
    with announced(alice.conversation) as changes:
        (receipt,) = commit_group([entry])
    assert isinstance(receipt, Receipt)
    assert receipt.posted is None
    assert changes == []
    assert alice.conversation.version == 0


@pytest.mark.django_db(transaction=True)
def test_a_guard_judges_under_the_lock(alice):
    """While a guard runs, nobody else changes the conversation."""
    conversation = alice.conversation
    order, entered, may_leave = [], threading.Event(), threading.Event()

    def slow(row, entry):
        order.append(("first", row.head_seq))
        entered.set()
        may_leave.wait(10)

    def second(row, entry):
        order.append(("second", row.head_seq))

    def commit(text, guard):
        entry = says(alice, text, pk=conversation.pk)
        entry.guard = guard
        commit_group([entry])
        connection.close()

    threads = [threading.Thread(target=commit, args=("first", slow))]
    threads[0].start()
    assert entered.wait(10)
    threads.append(threading.Thread(target=commit, args=("second", second)))
    threads[1].start()
    threads[1].join(0.3)
    assert threads[1].is_alive()  # it waits for the lock
    may_leave.set()
    for thread in threads:
        thread.join(10)
    assert order == [("first", 0), ("second", 1)]
    assert rows(conversation) == [(1, "customer", "first"), (2, "customer", "second")]


# ── one bad entry ──


def test_an_entry_for_a_conversation_that_is_not_there_fails_alone(alice, announced):
    with announced(alice.conversation):
        good, bad, other = commit_group(
            [says(alice, "one"), bot_says(10**9, "where?"), says(alice, "two")]
        )
    assert isinstance(bad, NotFound)
    assert (good.posted.seq, other.posted.seq) == (1, 2)


def test_what_the_database_refuses_fails_alone(alice, bob, announced):
    bad = says(bob, "x")
    bad.author_name = "y" * 151 if connection.vendor == "postgresql" else None  # type: ignore
    with announced(alice.conversation, bob.conversation):
        good, failed, other = commit_group([says(alice, "one"), bad, says(alice, "two")])
    assert isinstance(failed, DatabaseError)
    assert (good.posted.seq, other.posted.seq) == (1, 2)
    assert bob.conversation.head_seq == 0


@pytest.mark.parametrize("evidence", [object(), {"half": "\ud800"}, {1: {2: object}}])
def test_what_cannot_be_encoded_fails_alone(evidence, alice, announced):
    bad = bot_says(alice.conversation, "look")
    bad.evidence = evidence
    with announced(alice.conversation):
        good, failed, other = commit_group([says(alice, "one"), bad, says(alice, "two")])
    assert isinstance(failed, Exception)
    assert (good.posted.seq, other.posted.seq) == (1, 2)


def test_a_guard_with_a_bug_fails_alone(alice, announced):
    bad = says(alice, "x")
    bad.guard = lambda conversation, entry: {}["nothing"]
    with announced(alice.conversation):
        good, failed, other = commit_group([says(alice, "one"), bad, says(alice, "two")])
    assert isinstance(failed, KeyError)
    assert (good.posted.seq, other.posted.seq) == (1, 2)


def test_what_fails_is_logged_without_its_text(alice, caplog):
    bad = bot_says(alice.conversation, "a secret")
    bad.evidence = object()  # type: ignore[assignment]
    with caplog.at_level(logging.WARNING):
        commit_group([bad])
    assert "entry not committed" in caplog.text
    assert "a secret" not in caplog.text
