"""A view: a change is dropped, shown, or fetched with all that is missing before it."""

import asyncio

import pytest

from chat.actions import handoff, messages
from chat.database import in_database
from chat.frames import CUSTOMER, Change, change_texts
from chat.hub import backlog
from chat.hub import view as view_module
from chat.hub.socket import TOO_SLOW, WAITING_FRAMES
from chat.log import Mark
from tests.chat.entries import as_agent, as_customer, bot_says, says
from tests.chat.hub.sockets import Reader, agent, commit, customer, unannounced, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pk(alice) -> int:
    return alice.conversation.pk


async def test_what_follows_on_is_shown(hub, alice, pk):
    reader = await customer(hub, pk)
    await commit(says(alice, "hello", pk=pk))
    screen = await reader.agrees()
    assert screen.texts == ["hello"]
    assert reader.types() == ["message"]


async def test_what_is_known_is_dropped(hub, alice, pk, monkeypatch):
    changes = await unannounced(monkeypatch, says(alice, "hello", pk=pk))
    reader = await customer(hub, pk)
    hub.announce(changes)
    await asyncio.sleep(0.05)
    assert (await reader.agrees()).texts == ["hello"]
    assert reader.types() == []


async def test_a_state_that_is_known_is_dropped(hub, alice, carol, pk, monkeypatch):
    """It has no seq by which it would be left out, as a message is."""
    changes = await unannounced(monkeypatch, handoff.take_over(as_agent(carol), pk))
    reader = await customer(hub, pk)
    hub.announce(changes)
    await asyncio.sleep(0.05)
    assert reader.types() == []


async def test_an_announcement_twice_is_shown_once(hub, alice, pk, monkeypatch):
    reader = await customer(hub, pk)
    changes = await unannounced(monkeypatch, says(alice, "hello", pk=pk))
    hub.announce(changes)
    hub.announce(changes)
    await reader.agrees()
    assert reader.types() == ["message"]


async def test_a_gap_is_healed_from_the_database(hub, alice, pk, monkeypatch):
    """The announcement of "one" was lost; that of "two" tells that something is missing."""
    reader = await customer(hub, pk)
    await unannounced(monkeypatch, says(alice, "one", pk=pk))
    await commit(says(alice, "two", pk=pk))
    screen = await reader.agrees()
    assert screen.texts == ["one", "two"]
    assert screen.gaps == []


async def test_announcements_in_the_wrong_order_are_shown_in_the_right_one(
    hub, alice, pk, monkeypatch
):
    reader = await customer(hub, pk)
    first = await unannounced(monkeypatch, says(alice, "one", pk=pk))
    second = await unannounced(monkeypatch, says(alice, "two", pk=pk))
    hub.announce(second)
    hub.announce(first)
    screen = await reader.agrees()
    assert screen.texts == ["one", "two"]
    assert screen.gaps == []


async def test_what_comes_between_subscribing_and_the_backlog_is_not_lost(hub, alice, pk):
    """Group first, then backlog: the change is heard of before the view has anything."""
    reader = Reader(hub, pk, CUSTOMER)
    hub.follow(reader.view)
    await commit(says(alice, "in between", pk=pk))
    assert reader.wire.frames == []
    await reader.come()
    assert (await reader.agrees()).texts == ["in between"]


async def test_what_comes_while_the_backlog_is_read_is_fetched_after_it(
    hub, alice, pk, monkeypatch
):
    """The backlog was read before the commit and arrives after the announcement."""
    reader = await customer(hub, pk)
    reader.view.loading = True
    old = await in_database(backlog, pk, 0)
    await commit(says(alice, "in between", pk=pk))
    await asyncio.sleep(0.02)
    assert reader.types() == []
    reader.view.started(old)
    assert (await reader.agrees()).texts == ["in between"]


async def test_a_note_gives_the_customer_only_its_number(hub, alice, carol, pk):
    to_customer, to_agent = await customer(hub, pk), await agent(hub, pk)
    note = await in_database(messages.note, as_agent(carol), pk, "a difficult one")
    await commit(note)
    assert (await to_customer.agrees()).last == 1
    assert to_customer.wire.frames[1:] == [{"type": "through", "through": 1}]
    assert (await to_agent.agrees()).texts == ["a difficult one"]
    await commit(says(alice, "hello", pk=pk))
    assert (await to_customer.agrees()).texts == ["hello"]


async def test_a_healed_gap_with_a_note_at_its_end_leaves_no_gap(
    hub, alice, carol, pk, monkeypatch
):
    reader = await customer(hub, pk)
    note = await in_database(messages.note, as_agent(carol), pk, "between us")
    await unannounced(monkeypatch, says(alice, "one", pk=pk), note)
    reader.view.newest = 2
    reader.view.heal()
    screen = await reader.agrees()
    assert (screen.texts, screen.last, screen.gaps) == (["one"], 2, [])


async def test_evidence_is_for_agents_only(hub, pk):
    to_customer, to_agent = await customer(hub, pk), await agent(hub, pk)
    entry = bot_says(pk, "Choose campus-secure.")
    entry.data, entry.evidence = {"source": {"entry": 4}}, {"hits": [{"confidence": 0.9}]}
    await commit(entry)
    await to_customer.agrees()
    await to_agent.agrees()
    (shown,) = to_customer.wire.of_type("message")
    assert shown["source"] == {"entry": 4}
    assert "evidence" not in shown
    assert to_agent.wire.of_type("message")[0]["evidence"] == {"hits": [{"confidence": 0.9}]}


async def test_a_customer_never_gets_an_id_that_others_could_use(hub, alice, carol, pk):
    reader = await customer(hub, pk)
    takeover = await in_database(handoff.take_over, as_agent(carol), pk)
    await commit(says(alice, "hello", pk=pk), takeover)
    await reader.agrees()
    everything = "".join(reader.wire.texts)
    assert alice.key not in everything
    assert f"user:{carol.pk}" not in everything
    assert '"conversation"' not in everything


async def test_frames_are_made_once_however_many_sockets_get_it(hub, alice, pk, monkeypatch):
    readers = [await customer(hub, pk) for _ in range(20)]
    counted = []
    monkeypatch.setattr(
        view_module, "change_texts", lambda *change: counted.append(1) or change_texts(*change)
    )
    await commit(says(alice, "hello", pk=pk))
    for reader in readers:
        await reader.agrees()
    assert len(counted) == 1
    assert len({reader.wire.texts[-1] for reader in readers}) == 1


async def test_a_group_comes_in_one_frame_to_who_asked_for_it(hub, alice, pk):
    apart, together = await customer(hub, pk), await customer(hub, pk, together=True)
    await commit(*(says(alice, str(i), pk=pk) for i in range(3)))
    assert (await apart.agrees()).texts == (await together.agrees()).texts == ["0", "1", "2"]
    assert apart.types() == ["message", "message", "message"]
    assert together.types() == ["messages"]
    assert together.wire.frames[-1]["through"] == 3


async def test_who_has_it_is_told_to_customer_and_agents_in_their_own_words(hub, carol, pk):
    to_customer, to_agent = await customer(hub, pk), await agent(hub, pk)
    await commit(await in_database(handoff.take_over, as_agent(carol), pk))
    await to_customer.agrees()
    await to_agent.agrees()
    (told,) = to_customer.wire.of_type("status")
    assert (told["status"], told["is_bot_active"], told["agent"]) == ("open", False, "Carol")
    (shown,) = to_agent.wire.of_type("status")
    assert shown["agent"] == {"username": "carol", "name": "Carol"}
    assert shown["conversation"] == "alice"


async def test_read_marks_are_shown(hub, alice, pk):
    reader = await agent(hub, pk)
    await commit(bot_says(pk, "hello"), Mark(pk, alice.author_key, 1))
    assert (await reader.agrees()).read == {"customer": 1}
    assert reader.wire.of_type("read")[-1] == {
        "type": "read",
        "who": "customer",
        "through": 1,
        "conversation": "alice",
    }


async def test_a_healing_that_failed_is_done_again_by_the_next_check(hub, alice, pk, monkeypatch):
    reader = await customer(hub, pk)
    await unannounced(monkeypatch, says(alice, "lost", pk=pk))
    with monkeypatch.context() as patched:
        patched.setattr(view_module, "backlog", lambda *_: 1 / 0)
        reader.view.newest = 1
        reader.view.heal()
        await until(lambda: not reader.view.loading)
    assert (await reader.agrees(3)).texts == ["lost"]


async def test_the_place_in_the_queue_is_told_again_after_a_healing(hub, alice, pk, monkeypatch):
    """A healing sends the status without it."""
    person = await in_database(handoff.ask_for_person, as_customer(alice), pk)
    await commit(person)
    reader = await customer(hub, pk)
    await until(lambda: _place(reader) == 1)
    await unannounced(monkeypatch, says(alice, "hello?", pk=pk))
    reader.view.heal()
    await reader.agrees()
    await until(lambda: _place(reader) == 1, told=lambda: reader.wire.frames)


def _place(reader) -> int | None:
    told = reader.wire.of_type("status")
    queue = told[-1]["queue"] if told else None
    return queue and queue["position"]


async def test_a_version_that_the_database_does_not_have_is_not_asked_for_without_end(
    hub, alice, pk, monkeypatch
):
    """As where a backup was restored under a running desk."""
    asked = []
    reading = view_module.backlog
    monkeypatch.setattr(view_module, "backlog", lambda *how: asked.append(how) or reading(*how))
    reader = await customer(hub, pk)
    hub.announce([Change(pk, "alice", 8, 9, 9, [])])
    await until(lambda: asked and not reader.view.loading)
    assert len(asked) == 1
    await commit(says(alice, "hello", pk=pk))
    assert (await reader.agrees()).texts == ["hello"]


# ── too slow ──


async def test_who_reads_too_slowly_is_closed_with_4009(hub, alice, pk):
    reader, other = await customer(hub, pk), await customer(hub, pk)
    reader.wire.reads.clear()
    for start in range(0, WAITING_FRAMES + 500, 250):
        await commit(*(says(alice, str(start + i), pk=pk) for i in range(250)))
        await asyncio.sleep(0.02)
    assert len(reader.wire.socket.frames) <= WAITING_FRAMES
    reader.wire.reads.set()
    await until(lambda: reader.wire.close is not None)
    assert reader.wire.close[0] == TOO_SLOW
    assert (await other.agrees()).last == WAITING_FRAMES + 500


async def test_who_is_too_far_behind_to_be_healed_is_closed_with_4009(hub, alice, pk, monkeypatch):
    reader = await customer(hub, pk)
    many = [says(alice, str(i), pk=pk) for i in range(WAITING_FRAMES // 2 + 1)]
    await unannounced(monkeypatch, *many)
    reader.view.heal()
    await until(lambda: reader.wire.close is not None)
    assert reader.wire.close[0] == TOO_SLOW
