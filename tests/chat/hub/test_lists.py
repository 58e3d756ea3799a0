"""The dashboards' lists, live: one read for all of them, a few times a second."""

import asyncio

import pytest

from chat import announcements
from chat.actions import handoff
from chat.database import in_database
from chat.hub import announcement_lists, lists
from chat.log import Mark, commit_group
from chat.models import Conversation
from chat.models.conversation import Kind
from tests.chat.entries import as_agent, as_customer, says
from tests.chat.hub.sockets import Wire, commit, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pk(alice) -> int:
    return alice.conversation.pk


def at_the_dashboard(hub, user) -> Wire:
    wire = Wire(as_agent(user))
    hub.connect(wire.socket)
    hub.lists.join(wire.socket)
    return wire


async def test_a_change_is_shown_at_every_dashboard(hub, alice, carol, frank, pk):
    carols, franks = at_the_dashboard(hub, carol), at_the_dashboard(hub, frank)
    await commit(says(alice, "hello", pk=pk))
    for wire in (carols, franks):
        await until(lambda wire=wire: wire.of_type("conversations"))
        frame = wire.of_type("conversations")[0]
        assert frame["conversations"][0]["last"]["text"] == "hello"
        assert frame["conversations"][0]["unread"] == 1
        assert frame["counts"]["bot"] == 1


async def test_mine_is_the_others_others(hub, alice, carol, frank, pk):
    carols, franks = at_the_dashboard(hub, carol), at_the_dashboard(hub, frank)
    takeover = await in_database(handoff.take_over, as_agent(carol), pk)
    await commit(says(alice, "hello", pk=pk), takeover)
    await until(lambda: carols.frames and franks.frames)
    assert carols.of_type("conversations")[-1]["counts"]["mine"] == 1
    assert franks.of_type("conversations")[-1]["counts"]["others"] == 1


async def test_reading_in_one_window_is_seen_in_the_other(hub, alice, carol, pk):
    here, there = at_the_dashboard(hub, carol), at_the_dashboard(hub, carol)
    await commit(says(alice, "hello", pk=pk))
    await commit(Mark(pk, as_agent(carol).key, 1, carol.pk, is_agent=True))

    def unread(wire):
        told = wire.of_type("conversations")
        return told and told[-1]["conversations"][0]["unread"]

    await until(lambda: unread(here) == unread(there) == 0)


async def test_many_changes_are_read_once(hub, alice, carol, pk, monkeypatch):
    wire = at_the_dashboard(hub, carol)
    read = []
    reading = lists._read
    monkeypatch.setattr(lists, "_read", lambda *args: read.append(args) or reading(*args))
    for i in range(20):
        await commit(says(alice, str(i), pk=pk))

    def shown():
        told = wire.of_type("conversations")
        return told and told[-1]["conversations"][0]["version"] == 20

    await until(shown)
    assert len(read) < 10


async def test_an_empty_conversation_is_not_shown(hub, alice, carol, pk):
    wire = at_the_dashboard(hub, carol)
    hub.lists.changed([pk])
    await until(lambda: pk in hub.lists.versions)
    assert wire.of_type("conversations") == []
    await commit(says(alice, "hello", pk=pk))
    await until(lambda: wire.of_type("conversations"))


async def test_what_is_in_no_list_is_read_once(hub, alice, carol, pk, monkeypatch):
    """Or every dashboard would be told of nothing, once a second, as long as devices talk."""
    await in_database(lambda: Conversation.objects.filter(pk=pk).update(kind=Kind.DIRECT))
    wire = at_the_dashboard(hub, carol)
    await commit(says(alice, "to a device", pk=pk))
    await until(lambda: hub.lists.versions.get(pk) == 1)
    await hub.checks.versions()
    assert not hub.lists.pending
    assert wire.of_type("conversations") == []


async def test_who_has_left_is_told_nothing_and_nothing_is_read_for_nobody(hub, alice, carol, pk):
    wire = at_the_dashboard(hub, carol)
    hub.disconnect(wire.socket, [])
    await commit(says(alice, "hello", pk=pk))
    await asyncio.sleep(0.3)
    assert wire.frames == []
    assert not hub.lists.versions


async def test_a_reading_that_fails_is_not_the_last(hub, alice, carol, pk, monkeypatch):
    wire = at_the_dashboard(hub, carol)
    with monkeypatch.context() as patched:
        patched.setattr(lists, "_read", lambda *_: 1 / 0)
        await commit(says(alice, "hello", pk=pk))
        await asyncio.sleep(0.3)
    await until(lambda: wire.of_type("conversations"))


def test_all_lists_in_one_frame(alice, carol, frank, dan):
    commit_group(
        [
            says(alice, "hello"),
            handoff.ask_for_person(as_customer(alice), alice.conversation.pk),
        ]
    )
    frame = lists.everything(carol, as_agent(carol).key)
    assert frame["me"]["username"] == "carol"
    assert [one["username"] for one in frame["colleagues"]] == ["carol", "dan", "frank"]
    assert frame["counts"]["waiting"] == 1
    assert frame["unread"] == {"alice": 1}
    assert frame["conversations"][0]["waiting_since"].endswith("Z")


async def test_the_announcements_list_is_read_once_a_second_however_often_it_is_opened(
    hub, carol, monkeypatch
):
    read = []
    listed = announcements.listed
    monkeypatch.setattr(announcements, "listed", lambda: read.append(1) or listed())
    monkeypatch.setattr(announcement_lists, "EVERY", 0.1)
    wires = [Wire(as_agent(carol)) for _ in range(10)]
    for wire in wires:
        hub.announcement_lists.join(wire.socket)
        await until(lambda wire=wire: wire.of_type("announcement_list"))
    before = len(read)
    await asyncio.sleep(0.5)
    assert len(read) - before <= 5
    assert all(len(wire.frames) == 1 for wire in wires), "and told when it has changed"
