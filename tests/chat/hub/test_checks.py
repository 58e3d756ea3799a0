"""Once a second every view is compared with the database: what was lost heals within 2 s."""

import asyncio
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from chat.actions import handoff, presence
from chat.database import in_database
from chat.hub import checks
from chat.hub.socket import SESSION_OVER
from chat.log import Mark, Rating
from chat.models import AgentPresence, Conversation
from tests.chat.entries import as_agent, as_customer, bot_answers, bot_says, says
from tests.chat.hub.sockets import Wire, agent, commit, customer, unannounced, until
from tests.services.patience import within

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pk(alice) -> int:
    return alice.conversation.pk


async def test_a_lost_announcement_heals_within_two_seconds_in_a_silent_conversation(
    hub, alice, pk, monkeypatch
):
    to_customer, to_agent = await customer(hub, pk), await agent(hub, pk)
    await unannounced(monkeypatch, says(alice, "lost", pk=pk))
    assert (await to_customer.agrees(within(2))).texts == ["lost"]
    assert (await to_agent.agrees(within(2))).texts == ["lost"]


async def test_a_lost_status_heals_too(hub, carol, pk, monkeypatch):
    reader = await customer(hub, pk)
    await unannounced(monkeypatch, await in_database(handoff.take_over, as_agent(carol), pk))
    screen = await reader.agrees(within(2))
    assert screen.status == {"status": "open", "is_bot_active": False, "agent": "Carol"}


async def test_a_lost_read_mark_heals_too(hub, alice, pk, monkeypatch):
    reader = await agent(hub, pk)
    await unannounced(monkeypatch, bot_says(pk, "hello"), Mark(pk, alice.author_key, 1))
    assert (await reader.agrees(within(2))).read == {"customer": 1}


async def test_a_lost_thumb_heals_too(hub, alice, pk, monkeypatch):
    seq = await in_database(lambda: bot_answers(alice.conversation))
    readers = [await customer(hub, pk), await agent(hub, pk)]
    await unannounced(monkeypatch, Rating(pk, alice.author_key, seq, "down"))
    for reader in readers:
        assert (await reader.agrees(within(2))).ratings == {seq: "down"}


async def test_one_query_a_check_however_many_conversations_are_shown(
    hub, alice, bob, pk, monkeypatch
):
    bobs = await in_database(lambda: bob.conversation.pk)
    for shown in (pk, bobs, pk):
        await customer(hub, shown)
    asked = []
    versions = checks._versions
    monkeypatch.setattr(checks, "_versions", lambda *args: asked.append(args) or versions(*args))
    await hub.checks.versions()
    assert len(asked) == 1
    assert sorted(asked[0][0]) == sorted([pk, bobs])


async def test_what_is_as_it_should_be_is_sent_nothing(hub, alice, pk):
    reader = await customer(hub, pk)
    await commit(says(alice, "hello", pk=pk))
    await reader.agrees()
    await hub.checks.versions()
    await asyncio.sleep(0.05)
    assert reader.types() == ["message"]


async def test_a_check_that_fails_is_not_the_last(hub, alice, pk, monkeypatch, caplog):
    reader = await customer(hub, pk)
    with monkeypatch.context() as patched:
        patched.setattr(checks, "_versions", lambda *_: 1 / 0)
        await asyncio.sleep(1.1)
    await unannounced(monkeypatch, says(alice, "lost", pk=pk))
    assert (await reader.agrees(within(2))).texts == ["lost"]
    assert "check failed" in caplog.text


async def test_one_check_that_fails_keeps_no_other_from_its_work(hub, carol, monkeypatch):
    monkeypatch.setattr(checks, "_versions", lambda *_: 1 / 0)
    wire = Wire(as_agent(carol))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    await customer(hub, await in_database(lambda: Conversation.objects.create(label="a").pk))
    await until(lambda: wire.of_type("colleagues"))


async def test_lists_heal_of_whatever_happened_since_they_were_last_compared(
    hub, alice, carol, pk, monkeypatch
):
    """However long that was: the database may have been away for a minute."""
    wire = Wire(as_agent(carol))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    await unannounced(monkeypatch, says(alice, "lost", pk=pk))
    minute = timedelta(minutes=1)
    hub.checks.looked -= minute
    await in_database(
        lambda: Conversation.objects.filter(pk=pk).update(active_at=timezone.now() - minute)
    )
    await until(lambda: wire.of_type("conversations"), within(2))


async def test_lists_heal_too(hub, alice, carol, pk, monkeypatch):
    wire = Wire(as_agent(carol))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    await unannounced(monkeypatch, says(alice, "lost", pk=pk))
    await until(lambda: wire.of_type("conversations"), within(2))
    (summary,) = wire.of_type("conversations")[-1]["conversations"]
    assert (summary["conversation"], summary["version"], summary["unread"]) == ("alice", 1, 1)


# ── the queue ──


async def test_who_waits_is_told_the_place_and_again_when_it_moves(hub, alice, bob, carol, pk):
    bobs = await in_database(lambda: bob.conversation.pk)
    first, second = await customer(hub, pk), await customer(hub, bobs)
    for person, key in ((alice, pk), (bob, bobs)):
        await commit(handoff.ask_for_person(as_customer(person), key))
    await until(lambda: _place(first) == 1 and _place(second) == 2)
    await commit(await in_database(handoff.take_over, as_agent(carol), pk))
    await until(lambda: _place(second) == 1)
    assert _place(first) is None


def _place(reader) -> int | None:
    told = reader.wire.of_type("status")
    queue = told[-1]["queue"] if told else None
    return queue and queue["position"]


async def test_the_place_is_not_told_twice(hub, alice, pk):
    reader = await customer(hub, pk)
    await commit(handoff.ask_for_person(as_customer(alice), pk))
    await until(lambda: _place(reader) == 1)
    told = len(reader.wire.of_type("status"))
    await hub.checks.places()
    await hub.checks.places()
    await asyncio.sleep(0.02)
    assert len(reader.wire.of_type("status")) == told


# ── who is there ──


async def test_connected_agents_are_seen_and_told_to_colleagues(hub, carol):
    wire = Wire(as_agent(carol))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    await hub.checks.presence()
    assert await in_database(lambda: list(AgentPresence.objects.values_list("user_id", flat=True)))
    await until(lambda: wire.of_type("colleagues"))
    shown = wire.of_type("colleagues")[-1]["colleagues"]
    assert {"username": "carol", "name": "Carol", "online": True, "away": False} in shown


async def test_an_agent_who_is_away_is_seen_so_at_once(hub, carol, alice, pk):
    """By colleagues, and by who waits for somebody."""
    wire = Wire(as_agent(carol))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    await hub.checks.presence()
    waiting = await customer(hub, pk)
    await commit(handoff.ask_for_person(as_customer(alice), pk))
    await until(lambda: _online(waiting) == 1)
    for on in (False, True):
        await in_database(presence.set_available, as_agent(carol), on)
        await until(lambda on=on: _online(waiting) == int(on))
        await until(lambda on=on: _away(wire) is not on)


def _online(reader) -> int | None:
    told = reader.wire.of_type("status")
    return told[-1]["queue"]["agents_online"] if told and told[-1]["queue"] else None


def _away(wire: Wire) -> bool:
    return wire.of_type("colleagues")[-1]["colleagues"][0]["away"]


async def test_a_conversation_changed_past_the_log_is_shown_as_well(hub, alice, pk):
    """Whoever raises the version is seen, whatever changed."""
    reader = await customer(hub, pk)
    await in_database(
        lambda: Conversation.objects.filter(pk=pk).update(
            status="resolved", version=F("version") + 1
        )
    )
    assert (await reader.agrees(within(2))).status["status"] == "resolved"


async def test_what_went_to_an_account_is_closed_to_the_visitor_s_windows(hub, alice, pk):
    theirs, carols = await customer(hub, pk), await agent(hub, pk)
    theirs.view.owner = alice.key
    await in_database(
        lambda: Conversation.objects.filter(pk=pk).update(
            visitor_key="account-1", version=F("version") + 1
        )
    )
    await until(lambda: theirs.wire.close)
    assert theirs.wire.close[0] == SESSION_OVER
    assert carols.wire.close is None
