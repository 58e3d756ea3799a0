"""Announcements in one process: each to its audience, once, and healed like everything."""

import pytest

from chat.actions import announcements
from chat.database import in_database
from chat.hub import Reader, feed
from tests.chat.entries import as_agent
from tests.chat.hub.sockets import Wire, until

pytestmark = pytest.mark.django_db(transaction=True)


async def reader(hub, *audiences: str, **options) -> Wire:
    wire = Wire()
    hub.connect(wire.socket)
    await hub.feed.join(wire.socket, audiences, **options)
    hub.feed.begin(wire.socket)
    return wire


def texts(wire: Wire) -> list[str]:
    return [frame["announcement"]["text"] for frame in wire.of_type("announcement")]


async def announce(author, text, **options):
    return await in_database(announcements.announce, as_agent(author), text, **options)


async def test_everyone_gets_what_is_for_everyone_and_each_their_own(hub, carol):
    customer = await reader(hub, "everyone", "customers")
    agent = await reader(hub, "everyone", "agents")
    await announce(carol, "to all")
    await announce(carol, "to agents", audience="agents")
    await announce(carol, "to customers", audience="customers")
    await until(lambda: len(texts(customer)) == len(texts(agent)) == 2)
    assert texts(customer) == ["to all", "to customers"]
    assert texts(agent) == ["to all", "to agents"]


async def test_each_form_of_it_is_made_once_however_many_sockets_there_are(hub, carol):
    made = []

    def plain(announcement):
        made.append(announcement)
        return '{"type": "plain"}'

    wires = [await reader(hub, "everyone", reader=Reader(plain)) for _ in range(20)]
    await announce(carol, "to all")
    await until(lambda: all(wire.frames for wire in wires))
    assert len(made) == 1


async def test_what_is_told_again_with_an_edit_has_a_higher_revision(hub, carol):
    wire = await reader(hub, "everyone")
    row = await announce(carol, "10 o'clock")
    await in_database(announcements.edit, row.public_id, {"text": "11 o'clock"})
    await in_database(announcements.withdraw, row.public_id)
    await until(lambda: len(texts(wire)) == 3)
    told = [frame["announcement"] for frame in wire.frames]
    assert [(one["revision"], one["withdrawn"]) for one in told] == [
        (1, False),
        (2, False),
        (3, True),
    ]


async def test_a_lost_announcement_is_found_by_the_check(hub, carol, monkeypatch):
    wire = await reader(hub, "everyone")
    with monkeypatch.context() as lost:
        lost.setattr("chat.events.announce", lambda changes: None)
        await announce(carol, "lost on the way")
    assert wire.frames == []
    await hub.checks.versions()
    await until(lambda: texts(wire) == ["lost on the way"])


async def test_a_beginning_that_fails_does_not_silence_the_process(hub, carol, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(feed, "backlog", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await reader(hub, "everyone")
    wire = await reader(hub, "everyone")
    await announce(carol, "to all")
    await until(lambda: texts(wire) == ["to all"])


async def test_who_comes_later_is_not_told_the_past_by_the_feed(hub, carol):
    await announce(carol, "before")
    wire = await reader(hub, "everyone")
    await announce(carol, "after")
    await until(lambda: wire.frames)
    assert texts(wire) == ["after"]


async def test_who_has_gone_costs_nothing(hub, carol):
    wire = await reader(hub, "everyone")
    hub.disconnect(wire.socket, [])
    assert hub.feed.view is None
    assert not any(hub.feed.readers.values())
    assert not hub.views
    await announce(carol, "to nobody")
    assert wire.frames == []


async def test_nothing_comes_before_what_a_connection_begins_with(hub, carol):
    other, wire = await reader(hub, "everyone"), Wire()
    hub.connect(wire.socket)
    await hub.feed.join(wire.socket, ["everyone"])
    await announce(carol, "in between")
    await until(lambda: other.frames)
    assert wire.frames == []
    hub.feed.begin(wire.socket)
    await until(lambda: texts(wire) == ["in between"])


async def test_what_was_read_already_is_not_told_again(hub, carol):
    other, wire = await reader(hub, "everyone"), Wire()
    hub.connect(wire.socket)
    await hub.feed.join(wire.socket, ["everyone"])
    known = await announce(carol, "known")
    await announce(carol, "new")
    await until(lambda: len(texts(other)) == 2)
    hub.feed.begin(wire.socket, [{"id": known.public_id, "revision": 1}])
    await until(lambda: texts(wire) == ["new"])


async def test_who_cannot_say_what_it_got_is_asked_for_by_the_feed(hub, carol):
    told = []
    await reader(hub, "devices", reader=Reader(lambda one: one["text"], told.append))
    row = await announce(carol, "to devices", audience="devices")
    await until(lambda: told == [row.public_id])
