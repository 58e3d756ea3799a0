"""Sockets of the hub without a server: what is written is kept."""

import asyncio
import json
from typing import Any

from chat import events
from chat.access import Participant
from chat.database import in_database
from chat.frames import AGENT, CUSTOMER, Audience, Change, Frame
from chat.hub import Hub, Socket, View, backlog
from chat.log import Entry, Mark, Outcome, commit_group
from tests.chat.screens import Screen
from tests.services.patience import EVENTUALLY

SOMEBODY = Participant("visitor:somebody", visitor_key="somebody")


class Wire:
    """The other end of a Socket: `frames` and `close` are what came over it."""

    def __init__(self, participant: Participant = SOMEBODY) -> None:
        self.frames: list[Frame] = []
        self.texts: list[str] = []
        self.close: tuple[int, str] | None = None
        self.reads = asyncio.Event()
        self.reads.set()
        self.socket = Socket(participant, self.send)

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        if message["type"] == "websocket.close":
            self.close = message["code"], message["reason"]
        else:
            self.texts.append(message["text"])
            self.frames.append(json.loads(message["text"]))

    def of_type(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == kind]


class Reader:
    """Somebody who looks at one conversation through the hub."""

    def __init__(self, hub: Hub, pk: int, audience: Audience, together: bool = False) -> None:
        self.hub, self.audience = hub, audience
        self.wire = Wire()
        self.view = View(self.wire.socket, pk, audience, together)
        self.screen = Screen()

    async def come(self) -> "Reader":
        """Group first, then backlog, as the consumers do."""
        self.hub.connect(self.wire.socket)
        self.hub.follow(self.view)
        found = await in_database(backlog, self.view.conversation_id, None)
        self.wire.socket.put(_history(found, self.audience))
        self.view.started(found)
        return self

    def look(self) -> Screen:
        """The picture that all frames so far have made."""
        return Screen().take_all(self.wire.frames)

    async def agrees(self, seconds: float = EVENTUALLY) -> Screen:
        """Waits until the picture is the database's; AssertionError where it does not become so."""
        wanted = await in_database(Screen.of, self.view.conversation_id, self.audience)
        await until(lambda: self.look().state == wanted.state, seconds, lambda: self.look().state)
        return self.look()

    def types(self) -> list[str]:
        """The types of the frames behind the first."""
        return [frame["type"] for frame in self.wire.frames[1:]]


def _history(found: Any, audience: Audience) -> str:
    return json.dumps(
        {
            "type": "history",
            "messages": audience.listed(found.messages, found.public_id),
            "through": found.head_seq,
            "status": audience.standing(found.standing, None, found.version),
            "read": found.read,
            "ratings": found.ratings,
        }
    )


async def customer(hub: Hub, pk: int, **options: Any) -> Reader:
    return await Reader(hub, pk, CUSTOMER, **options).come()


async def agent(hub: Hub, pk: int, **options: Any) -> Reader:
    return await Reader(hub, pk, AGENT, **options).come()


async def commit(*entries: Entry | Mark) -> list[Outcome]:
    """Commits in a database thread; the hub hears of it as from the writer."""
    return await in_database(commit_group, list(entries))


async def until(condition: Any, seconds: float = EVENTUALLY, told: Any = lambda: "") -> None:
    """Lets the loop run until the condition holds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, told()
        await asyncio.sleep(0.005)


async def unannounced(monkeypatch: Any, *entries: Entry | Mark) -> list[Change]:
    """Commits without telling anybody; the changes that were not announced."""
    lost: list[Change] = []
    with monkeypatch.context() as patched:
        patched.setattr(events, "announce", lost.extend)
        await commit(*entries)
    return lost
