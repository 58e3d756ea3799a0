"""A socket's ends, without a server: whose cookie it is, and what is counted."""

import asyncio
import json
from contextlib import suppress
from types import SimpleNamespace
from typing import ClassVar

import pytest

from chat import limits
from chat.access import Participant
from chat.commands import Command
from chat.commands.base import decoders
from chat.consumers import base
from chat.consumers.base import IN_HAND, SocketConsumer, session_cookie
from chat.errors import Refused
from chat.hub import Hub
from chat.hub.socket import SESSION_OVER

ALICE = Participant("visitor:alice", address="10.0.0.1")


@pytest.mark.parametrize(
    "header",
    [b"desk=abc", b'other={"a": 1}; desk=abc', b"a b; c[]=1; desk=abc", b'desk="abc"'],
)
def test_the_cookie_is_found_among_what_other_sites_of_this_host_have_set(header):
    consumer = SocketConsumer()
    consumer.scope = {"headers": [(b"cookie", header)]}
    assert consumer.cookie("desk") == "abc"


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (b"de-AT,de;q=0.9,en;q=0.8", "de-at,de,en"),
        (b"en;q=0.5, fr", "fr,en"),
        (b"*", ""),
        (b"de;q=0", ""),
        (b"\xff\x00 no such thing", ""),
        (b",".join(b"de-x-%06d" % number for number in range(60)), None),
    ],
)
def test_the_languages_are_those_that_the_browser_asks_for(header, languages):
    consumer = SocketConsumer()
    consumer.scope = {"headers": [(b"accept-language", header)]}
    if languages is None:
        assert 50 < len(consumer.languages) <= 100
        assert set(consumer.languages.split(",")) <= set(header.decode().split(","))
    else:
        assert consumer.languages == languages


@pytest.mark.parametrize("https", [True, False])
def test_behind_https_the_socket_s_cookie_travels_by_it_only(https, settings):
    settings.SESSION_COOKIE_SECURE = https
    ((_, cookie),) = session_cookie(SimpleNamespace(session_key="abc"))
    parts = cookie.decode().split("; ")
    assert parts[0] == f"{settings.SESSION_COOKIE_NAME}=abc"
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
    assert ("Secure" in parts) == https


@pytest.mark.parametrize("key", ["member:ann@example.org", "visitor:0123456789abcdef"])
def test_logs_have_no_address_and_no_key(key):
    log_id = Participant(key).log_id
    assert log_id.partition(":")[0] == key.partition(":")[0]
    assert not any(part in log_id for part in ("ann", "example", key.partition(":")[2][:6]))
    assert log_id == Participant(key).log_id != Participant(f"{key}2").log_id


def test_logs_have_the_number_of_who_has_an_account():
    assert Participant("user:17").log_id == "user:17"


class GoneBeforeAccepted(SocketConsumer):
    async def identify(self):
        return ALICE, []

    async def accept(self, *args, **kwargs):
        raise ConnectionResetError


@pytest.mark.django_db(transaction=True)
async def test_who_is_gone_before_the_handshake_ends_is_not_counted_for_ever(hub: Hub, monkeypatch):
    monkeypatch.setattr(limits, "_sockets", type(limits._sockets)())

    async def receive():
        return {"type": "websocket.connect"}

    with pytest.raises(ConnectionResetError):
        await GoneBeforeAccepted()({}, receive, None)
    assert not limits._sockets


class Noted(Command):
    ran: ClassVar[list[str]] = []

    async def run(self, seat):
        self.ran.append(self.id)


class Listening(SocketConsumer):
    commands = decoders({"noted": Noted})

    async def identify(self):
        return ALICE, []

    def views(self):
        return []


@pytest.mark.django_db(transaction=True)
async def test_whose_session_is_over_does_nothing_more_though_they_do_not_hang_up(hub: Hub):
    consumer, sent = Listening(), []
    frames = iter(["first", "too late"])

    async def receive():
        if consumer.socket is None:
            return {"type": "websocket.connect" if not sent else "websocket.disconnect"}
        if Noted.ran:
            consumer.socket.close(SESSION_OVER)
        name = next(frames, None)
        if name is None:
            return {"type": "websocket.disconnect"}
        return {"type": "websocket.receive", "text": f'{{"type": "noted", "id": "{name}"}}'}

    async def send(message):
        sent.append(message)

    await consumer({"headers": [], "query_string": b""}, receive, send)
    assert Noted.ran == ["first"]


class Posting(Command):
    async def run(self, seat):
        await seat.post(None, self)


class Writing(Listening):
    commands = decoders({"posting": Posting})


@pytest.mark.django_db(transaction=True)
async def test_who_sends_faster_than_is_committed_is_read_no_further(hub: Hub, monkeypatch):
    taken, more, never = [], 2 * IN_HAND, asyncio.Event()
    monkeypatch.setattr(base, "post_message", lambda entry, settle: taken.append(settle))
    consumer = Writing()

    async def receive():
        nonlocal more
        if consumer.socket is None:
            return {"type": "websocket.connect"}
        more -= 1
        if more < 0:
            await never.wait()
        return {"type": "websocket.receive", "text": '{"type": "posting"}'}

    async def send(message):
        pass

    serving = asyncio.create_task(consumer({"headers": [], "query_string": b""}, receive, send))
    await asyncio.sleep(0.1)
    assert len(taken) == IN_HAND
    taken[0](Refused("not_saved", "Please send it again."))
    await asyncio.sleep(0.1)
    assert len(taken) == IN_HAND + 1
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.mark.django_db(transaction=True)
async def test_who_stops_carries_out_nothing_new(hub: Hub, monkeypatch):
    monkeypatch.setattr(Noted, "ran", [])
    consumer, said = Listening(), asyncio.Queue()

    async def receive():
        if consumer.socket is None:
            return {"type": "websocket.connect"}
        if hub.is_draining:
            error = json.loads(await asyncio.wait_for(said.get(), 10))
            assert (error["code"], error["id"]) == ("restarting", "late")
            return {"type": "websocket.disconnect"}
        hub.is_draining = True
        return {"type": "websocket.receive", "text": '{"type": "noted", "id": "late"}'}

    async def send(message):
        if "text" in message:
            said.put_nowait(message["text"])

    await consumer({"headers": [], "query_string": b""}, receive, send)
    assert Noted.ran == []
