"""The writer: what waits is gathered while a group commits; one thread, no timer."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, transaction

from chat import log
from chat.database import in_database
from chat.errors import Conflict
from chat.log import Receipt, Writer, writer
from chat.log.writer import NotSaved, Restarting
from chat.models import Message
from tests.chat.entries import bot_says, rows, says
from tests.services.patience import EVENTUALLY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(alice):
    return alice.conversation


@pytest.fixture
async def running(conversation) -> AsyncIterator[Writer]:
    running = Writer()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def groups(monkeypatch) -> list[int]:
    """The sizes of the groups that were committed."""
    sizes: list[int] = []
    commit = writer.commit_group

    def counting(entries):
        sizes.append(len(entries))
        return commit(entries)

    monkeypatch.setattr(writer, "commit_group", counting)
    return sizes


class Held:
    """Commits wait to be let go."""

    def __init__(self) -> None:
        self.entered, self.released = threading.Event(), threading.Event()

    async def taken(self) -> None:
        """Waits until the writer has taken a group."""
        await asyncio.to_thread(self.entered.wait, EVENTUALLY)

    def let_go(self) -> None:
        self.released.set()


@pytest.fixture
def held(monkeypatch) -> Held:
    held = Held()
    commit = writer.commit_group

    def holding(entries):
        held.entered.set()
        assert held.released.wait(EVENTUALLY)
        return commit(entries)

    monkeypatch.setattr(writer, "commit_group", holding)
    return held


async def test_an_appended_entry_is_committed_before_it_is_acknowledged(
    running, alice, conversation
):
    receipt = await log.append(says(alice, "hello", pk=conversation.pk))
    assert receipt.posted.seq == 1
    assert await in_database(rows, conversation) == [(1, "customer", "hello")]


async def test_what_waits_while_a_group_commits_is_the_next_group(
    running, alice, conversation, groups, held
):
    first = log.append(says(alice, "first", pk=conversation.pk))
    await held.taken()
    others = [log.append(says(alice, str(i), pk=conversation.pk)) for i in range(20)]
    held.let_go()
    await asyncio.gather(first, *others)
    assert groups == [1, 20]


async def test_a_lone_entry_waits_for_no_timer(running, alice, conversation, monkeypatch):
    """Whatever the machine's load: nothing on the way asks the clock."""

    def no_timers(*_, **__):
        raise AssertionError("a timer")

    monkeypatch.setattr(running.loop, "call_later", no_timers)
    monkeypatch.setattr(running.loop, "call_at", no_timers)
    await log.append(says(alice, "hello", pk=conversation.pk))


async def test_a_group_has_at_most_500_entries(running, alice, conversation, groups, held):
    first = log.append(says(alice, "first", pk=conversation.pk))
    await held.taken()
    others = [log.append(says(alice, str(i), pk=conversation.pk)) for i in range(600)]
    held.let_go()
    await asyncio.gather(first, *others)
    assert groups == [1, 500, 100]


async def test_one_sender_s_messages_keep_their_order(running, alice, conversation):
    futures = [log.append(says(alice, str(i), pk=conversation.pk)) for i in range(50)]
    receipts = await asyncio.gather(*futures)
    assert [receipt.posted.seq for receipt in receipts] == list(range(1, 51))


async def test_a_caller_who_has_gone_is_skipped(running, alice, conversation, held):
    first = log.append(says(alice, "first", pk=conversation.pk))
    await held.taken()
    gone = log.append(says(alice, "gone", pk=conversation.pk))
    last = log.append(says(alice, "last", pk=conversation.pk))
    gone.cancel()
    held.let_go()
    await asyncio.gather(first, last)
    stored = await in_database(rows, conversation)
    assert [body for _, _, body in stored] == ["first", "last"]


async def test_a_caller_who_goes_while_the_group_commits_harms_nobody(
    running, alice, conversation, held
):
    first = log.append(says(alice, "first", pk=conversation.pk))
    other = log.append(says(alice, "other", pk=conversation.pk))
    await held.taken()
    first.cancel()
    held.let_go()
    assert (await other).posted is not None
    assert len(await in_database(rows, conversation)) == 2


async def test_a_refusal_reaches_its_sender_only(running, alice, conversation):
    refused = says(alice, "no", pk=conversation.pk)

    def refuse(row, entry):
        raise Conflict("taken", "Carol has it.")

    refused.guard = refuse
    futures = [log.append(entry) for entry in (says(alice, "yes", pk=conversation.pk), refused)]
    good, bad = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(good, Receipt)
    assert isinstance(bad, Conflict)


async def test_what_the_database_refuses_is_told_as_not_saved(running, conversation):
    bad = bot_says(conversation, "look")
    bad.evidence = object()
    with pytest.raises(NotSaved) as caught:
        await log.append(bad)
    assert caught.value.code == "not_saved"


async def test_a_writer_that_breaks_down_tells_everybody_and_goes_on(
    running, alice, conversation, monkeypatch
):
    def broken(entries):
        raise OperationalError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(writer, "commit_group", broken)
        with pytest.raises(NotSaved):
            await log.append(says(alice, "lost", "id-1", conversation.pk))
    assert (await log.append(says(alice, "lost", "id-1", conversation.pk))).posted.seq == 1


async def test_a_sender_who_cannot_be_told_takes_no_acknowledgement_from_others(
    running, alice, conversation, held, caplog
):
    first = log.append(says(alice, "first", pk=conversation.pk))
    await held.taken()
    running.submit(says(alice, "second", pk=conversation.pk), lambda outcome: 1 / 0)
    third = log.append(says(alice, "third", pk=conversation.pk))
    held.let_go()
    assert [(await one).posted.seq for one in (first, third)] == [1, 3]
    await running.drain()  # it does not wait for ever either
    assert "sender not told" in caplog.text


async def test_a_connection_that_broke_is_replaced_within_the_same_commit(
    running, alice, conversation, monkeypatch
):
    await log.append(says(alice, "before", pk=conversation.pk))
    commit = writer.commit_group

    def cut_before(entries):
        """As a restarted PostgreSQL does; SQLite's file is always there."""
        monkeypatch.setattr(writer, "commit_group", commit)
        broken = connection if connection.vendor == "sqlite" else connection.connection
        broken.close()
        return commit(entries)

    monkeypatch.setattr(writer, "commit_group", cut_before)
    receipt = await log.append(says(alice, "after", pk=conversation.pk))
    assert receipt.posted.seq == 2


async def test_a_stopping_writer_refuses_the_new_and_finishes_what_it_has(
    running, alice, conversation, held
):
    taken = log.append(says(alice, "taken", pk=conversation.pk))
    await held.taken()
    draining = asyncio.create_task(running.drain())
    await asyncio.sleep(0)
    with pytest.raises(Restarting) as caught:
        await log.append(says(alice, "too late", pk=conversation.pk))
    assert caught.value.code == "restarting"
    assert not draining.done()
    held.let_go()
    await draining
    assert (await taken).posted.seq == 1


def test_without_a_writer_nothing_is_appended_from_a_loop(alice):
    with pytest.raises(RuntimeError, match=r"chat\.log\.write"):
        log.append(says(alice, "hello"))


# ── write: from threads and commands ──


async def test_a_thread_hands_over_to_the_process_s_writer(running, alice, conversation, groups):
    entry = says(alice, "from a thread", pk=conversation.pk)
    receipt = await in_database(log.write, entry)
    assert receipt.posted.seq == 1
    assert groups == [1]


async def test_inside_atomic_a_thread_commits_itself_and_waits_for_nobody(
    running, alice, conversation, groups
):
    """To wait there for the writer's connection would be to wait for one's own lock."""

    def within():
        with transaction.atomic():
            log.write(says(alice, "one", pk=conversation.pk))
            log.write(says(alice, "two", pk=conversation.pk))
            return Message.objects.count()

    assert await asyncio.wait_for(in_database(within), 5) == 2
    assert groups == [1, 1]


def test_a_command_without_a_writer_commits_itself(alice):
    assert log.write(says(alice, "hello")).posted.seq == 1


async def test_a_thread_is_told_why_it_was_refused(running, alice, conversation):
    entry = says(alice, "no", pk=conversation.pk)

    def refuse(row, entry):
        raise Conflict("taken", "Carol has it.")

    entry.guard = refuse
    with pytest.raises(Conflict):
        await in_database(log.write, entry)


async def test_many_threads_and_the_loop_share_one_order(running, alice, conversation):
    def from_a_thread(n):
        return [log.write(says(alice, f"{n}/{i}", pk=conversation.pk)) for i in range(10)]

    threads = [sync_to_async(from_a_thread, thread_sensitive=False)(n) for n in range(4)]
    here = [log.append(says(alice, f"loop/{i}", pk=conversation.pk)) for i in range(10)]
    await asyncio.gather(*threads, *here)
    stored = await in_database(rows, conversation)
    assert [seq for seq, _, _ in stored] == list(range(1, 51))
