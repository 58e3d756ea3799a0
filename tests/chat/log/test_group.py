"""commit_group: the message log's one transaction."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat import events
from chat.actions import handoff, messages
from chat.errors import Conflict
from chat.frames import Posted
from chat.log import Receipt, commit_group, statements
from chat.log.group import LOOK_FIRST
from chat.models import Conversation, Message
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
