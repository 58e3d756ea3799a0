"""commit_group: the message log's one transaction."""

import logging
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from chat import events
from chat.actions import handoff, messages
from chat.errors import Conflict, NotFound, Unchanged
from chat.frames import Posted
from chat.log import Mark, Receipt, commit_group, statements
from chat.log.group import LOOK_FIRST
from chat.models import Conversation, Member, Message
from tests.chat.entries import as_agent, bot_says, rows, says

pytestmark = pytest.mark.django_db


def test_a_group_is_numbered_in_its_order_and_announced_as_one_change(alice, announced):
    with announced(alice.conversation) as changes:
        outcomes = commit_group([says(alice, "one"), says(alice, "two"), says(alice, "three")])
    assert [outcome.posted.seq for outcome in outcomes] == [1, 2, 3]
    assert rows(alice.conversation) == [
        (1, "customer", "one"),
        (2, "customer", "two"),
        (3, "customer", "three"),
    ]
    (change,) = changes
    assert [posted.content for posted in change.messages] == ["one", "two", "three"]
    assert (change.previous, change.version, change.head_seq) == (0, 3, 3)
    assert change.bot_is_due


def test_a_message_is_stored_with_all_that_it_is(alice, announced):
    entry = bot_says(alice.conversation, "Choose campus-secure.", "bot:7")
    entry.data = {"source": {"entry": 4, "title": "Wi-Fi", "link": "https://it.example.edu"}}
    entry.evidence = {"hits": [{"cosine": 0.9, "words": "naïve “quotes” ✓ مرحبا 🎓"}]}
    with announced(alice.conversation):
        (receipt,) = commit_group([entry])
    message = Message.objects.get()
    assert (message.author_kind, message.author_key, message.author_name) == ("bot", "bot", "Bot")
    assert message.client_id == receipt.posted.client_id == "bot:7"
    assert message.data == entry.data
    assert message.evidence == entry.evidence
    assert message.visibility == "all"
    assert message.created_at.utcoffset().total_seconds() == 0


def test_what_comes_back_is_what_history_will_show(alice):
    entry = says(alice, "Ünïcode — 😀 \\ \" ' \t tab", "id-1")
    (receipt,) = commit_group([entry])
    assert receipt.posted == Posted.from_row(Message.objects.get())


def test_groups_of_many_conversations_are_numbered_apart(alice, bob, announced):
    one, other = alice.conversation, bob.conversation
    with announced(one, other) as changes:
        commit_group([says(alice, "a1"), says(bob, "b1"), says(alice, "a2")])
    assert rows(one) == [(1, "customer", "a1"), (2, "customer", "a2")]
    assert rows(other) == [(1, "customer", "b1")]
    assert len(changes) == 2


# ── nothing twice ──


def test_a_retry_in_a_later_group_gives_back_the_message_of_the_first(alice, announced):
    (first,) = commit_group([says(alice, "hello", "id-1")])
    with announced(alice.conversation) as changes:
        (again,) = commit_group([says(alice, "hello", "id-1")])
    assert again.was_there
    assert again.posted == first.posted
    assert changes == []
    assert rows(alice.conversation) == [(1, "customer", "hello")]
    assert alice.conversation.version == 1


def test_a_retry_within_one_group_is_one_message(alice, announced):
    with announced(alice.conversation) as changes:
        first, again, other = commit_group(
            [says(alice, "hello", "id-1"), says(alice, "hello", "id-1"), says(alice, "bye", "id-2")]
        )
    assert (first.was_there, again.was_there, other.was_there) == (False, True, False)
    assert first.posted == again.posted
    assert rows(alice.conversation) == [(1, "customer", "hello"), (2, "customer", "bye")]
    assert len(changes) == 1


def test_the_first_text_of_a_client_id_stands(alice):
    commit_group([says(alice, "the first", "id-1")])
    (again,) = commit_group([says(alice, "something else", "id-1")])
    assert again.posted.content == "the first"


def test_a_retry_is_judged_no_more(alice):
    entry = says(alice, "hello", "id-1")
    commit_group([entry])

    def refuse(conversation, entry):
        raise Conflict("taken", "too late")

    again = says(alice, "hello", "id-1")
    again.guard = refuse
    (outcome,) = commit_group([again])
    assert outcome.was_there


def test_the_same_client_id_of_two_authors_are_two_messages(alice):
    commit_group([says(alice, "mine", "id-1")])
    commit_group([bot_says(alice.conversation, "the bot's", "id-1")])
    assert rows(alice.conversation) == [(1, "customer", "mine"), (2, "bot", "the bot's")]


def test_the_same_client_id_in_two_conversations_are_two_messages(alice, bob):
    outcomes = commit_group([says(alice, "a", "id-1"), says(bob, "b", "id-1")])
    assert [outcome.was_there for outcome in outcomes] == [False, False]


def test_a_sender_without_client_id_gets_one_and_its_retry_is_a_new_message(alice):
    commit_group([says(alice, "hello")])
    commit_group([says(alice, "hello")])
    ids = Message.objects.values_list("client_id", flat=True)
    assert len(set(ids)) == 2
    assert all(client_id.startswith("server-") for client_id in ids)


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


# ── transactions ──


@pytest.mark.django_db(transaction=True)
def test_inside_the_callers_transaction_it_announces_on_commit_only(alice, monkeypatch):
    changes = []
    monkeypatch.setattr(events, "announce", changes.extend)
    with transaction.atomic():
        commit_group([says(alice, "hello")])
        assert changes == []
    assert [change.version for change in changes] == [1]


@pytest.mark.django_db(transaction=True)
def test_a_callers_transaction_that_is_rolled_back_leaves_nothing(alice, monkeypatch):
    changes = []
    monkeypatch.setattr(events, "announce", changes.extend)
    conversation = alice.conversation
    with transaction.atomic():
        commit_group([says(alice, "hello")])
        transaction.set_rollback(True)
    assert changes == []
    assert rows(conversation) == []
    assert Conversation.objects.get(pk=conversation.pk).head_seq == 0


@pytest.mark.django_db(transaction=True)
def test_a_bad_entry_leaves_the_callers_transaction_usable(alice):
    bad = bot_says(alice.conversation, "look")
    bad.evidence = object()  # type: ignore[assignment]
    with transaction.atomic():
        commit_group([bad])
        commit_group([says(alice, "after it")])
    assert rows(alice.conversation) == [(1, "customer", "after it")]


@pytest.mark.django_db(transaction=True)
def test_an_announcement_that_fails_fails_nothing(alice, monkeypatch, caplog):
    def broken(changes):
        raise RuntimeError("no hub today")

    monkeypatch.setattr(events, "announce", broken)
    (receipt,) = commit_group([says(alice, "hello")])
    assert receipt.posted.seq == 1
    assert rows(alice.conversation) == [(1, "customer", "hello")]
    assert "no hub today" in caplog.text


def test_a_retry_in_a_large_group_is_the_message_that_is_there(alice, bob, monkeypatch):
    """Such a group is written without looking first, and done again when that fails."""
    (first,) = commit_group([says(alice, "hello", "again")])
    others = [says(bob, str(i), f"id-{i}") for i in range(LOOK_FIRST + 4)]
    outcomes = commit_group([*others[:9], says(alice, "hello", "again"), *others[9:]])
    assert outcomes[9].posted == first.posted
    assert outcomes[9].was_there
    assert rows(alice.conversation) == [(1, "customer", "hello")]
    assert [seq for seq, _, _ in rows(bob.conversation)] == list(range(1, LOOK_FIRST + 5))


def test_a_retry_that_would_be_refused_by_now_is_found_in_a_large_group_too(alice, bob, carol):
    pk, agent = alice.conversation.pk, as_agent(carol)
    commit_group([handoff.take_over(agent, pk)])
    (first,) = commit_group([messages.agent_message(agent, pk, "hello", "again")])
    commit_group([handoff.resolve(agent, pk)])
    retry = messages.agent_message(agent, pk, "hello", "again")
    others = [says(bob, str(i), f"id-{i}") for i in range(LOOK_FIRST + 4)]
    outcome = commit_group([*others, retry])[-1]
    assert outcome.posted == first.posted


def test_a_group_of_500_takes_no_more_statements_than_a_group_of_one(alice, monkeypatch):
    """Our own statements are prepared on PostgreSQL, past Django's count of queries."""
    pk = alice.conversation.pk
    run, counts = statements._run, []
    monkeypatch.setattr(statements, "_run", lambda *args: counts.append(1) or run(*args))

    def statements_for(entries):
        counts.clear()
        with CaptureQueriesContext(connection) as queries:
            commit_group(entries)
        return len(counts), len(queries)

    one = statements_for([says(alice, "one", "id", pk)])
    ours, djangos = statements_for([says(alice, str(i), f"id-{i}", pk) for i in range(500)])
    assert ours <= one[0]
    assert djangos <= one[1]
    assert alice.conversation.head_seq == 501


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_no_gap_and_no_double(alice):
    """Every writer also retries each message: 8 × 25 messages, numbered from 1 to 200."""
    pk = alice.conversation.pk

    def write(writer):
        for i in range(25):
            for _ in range(2):
                (outcome,) = commit_group([says(alice, f"{writer}/{i}", f"{writer}-{i}", pk)])
                assert isinstance(outcome, Receipt), outcome
        connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    seqs = list(Message.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 201))
    row = Conversation.objects.get(pk=pk)
    assert (row.head_seq, row.version, row.customer_messages) == (200, 200, 200)
    for writer in range(8):
        own = Message.objects.filter(body__startswith=f"{writer}/").order_by("seq")
        assert [m.body for m in own] == [f"{writer}/{i}" for i in range(25)]
