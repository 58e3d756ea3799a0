"""Windows of a browser, on real sockets: they come back by themselves and send from an outbox."""

import asyncio
import contextlib
import json
from collections import deque
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.thread import Frame, Thread
from tests.services.server import Server
from tests.services.ws import Person

PATIENCE = 3.0  # seconds until a frame without an answer is sent again
BACK_AFTER = 0.15
TRY_LATER = {"restarting", "not_saved", "too_many_messages"}


class Window:
    """One socket at one server, for as long as it is `wanted`; a lost one is opened again."""

    def __init__(self, person: Person, server: Server) -> None:
        self.person, self.server = person, server
        self.connection: ClientConnection | None = None
        self.wanted = asyncio.Event()
        self.wanted.set()
        self.ready = asyncio.Event()  # connected, and the first frames are there
        self.outbox: deque[Frame] = deque()
        self.acknowledged: set[str] = set()
        self.refused: dict[str, str] = {}
        self.close_codes: list[int] = []
        self.frames: list[Frame] = []
        self.something = asyncio.Event()
        self.tasks = [asyncio.create_task(self._live()), asyncio.create_task(self._empty_outbox())]

    # ── what the person does ──
    def post(self, frame: Frame) -> None:
        """Into the outbox; `frame` has a client_id."""
        self.outbox.append(frame)
        self.something.set()

    def send(self, frame: Frame) -> None:
        """Out at once, if there is a connection; nobody watches over it."""
        if self.connection is not None:
            text = json.dumps(frame)
            task = asyncio.ensure_future(self._send(self.connection, text))
            self.tasks.append(task)

    def leave(self, *, abruptly: bool) -> None:
        """The window loses its connection, with or without a goodbye, and stays away."""
        self.wanted.clear()
        if self.connection is not None:
            if abruptly:
                self.connection.transport.abort()
            else:
                self.tasks.append(asyncio.ensure_future(self.connection.close()))

    def come_back(self) -> None:
        self.wanted.set()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    # ── to be said by each kind ──
    def address(self) -> str:
        raise NotImplementedError

    def arrive(self) -> None:
        """What is sent first on a new connection."""

    def take(self, frame: Frame) -> None:
        raise NotImplementedError

    # ── the connection ──
    async def _send(self, connection: ClientConnection, text: str) -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            await connection.send(text)

    async def _live(self) -> None:
        while True:
            await self.wanted.wait()
            with contextlib.suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                await self._once()
            self.connection = None
            self.ready.clear()
            self.something.set()
            await asyncio.sleep(BACK_AFTER)

    async def _once(self) -> None:
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.person.http.cookies.jar)
        async with connect(
            self.server.sockets + self.address(),
            origin=self.server.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies},
            proxy=None,
            compression=None,
            ping_interval=None,
            max_queue=None,
            open_timeout=5,
            close_timeout=1,
        ) as connection:
            if not self.wanted.is_set():
                return
            self.connection = connection
            self.arrive()
            try:
                async for text in connection:
                    self._take(json.loads(text))
            finally:
                self.close_codes.append(connection.close_code or 0)

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["type"] == "error" and "client_id" in frame and frame["code"] not in TRY_LATER:
            self.refused[frame["client_id"]] = frame["code"]
        for message in [frame, *frame.get("messages", ())]:
            if "seq" in message:
                self.acknowledged.add(message["client_id"])
        self.take(frame)
        self.something.set()

    # ── the outbox ──
    async def _empty_outbox(self) -> None:
        """One message at a time, the same client id on retry, until an answer is there."""
        while True:
            await self._until(lambda: bool(self.outbox))
            frame = self.outbox[0]
            client_id = frame["client_id"]
            while client_id not in self.acknowledged and client_id not in self.refused:
                await self.ready.wait()
                self.send(frame)
                await self._answer(client_id)
            self.outbox.popleft()

    async def _answer(self, client_id: str) -> None:
        def is_over() -> bool:
            settled = client_id in self.acknowledged or client_id in self.refused
            return settled or not self.ready.is_set()

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._until(is_over), PATIENCE)

    async def _until(self, is_so: Any) -> None:
        while not is_so():
            self.something.clear()
            await self.something.wait()


class CustomerWindow(Window):
    """The chat page; `together` asks for several messages in one frame."""

    def __init__(self, person: Person, server: Server, *, together: bool = False) -> None:
        self.thread = Thread(self.send)
        self.together = together
        super().__init__(person, server)

    def address(self) -> str:
        query: dict[str, int] = {"after": self.thread.last} if self.thread.last else {}
        query |= {"batch": 1} if self.together else {}
        return f"/ws/chat/{self.person.label}/" + (f"?{urlencode(query)}" if query else "")

    def take(self, frame: Frame) -> None:
        self.thread.take(frame)
        if frame["type"] == "history":
            self.ready.set()


class AgentWindow(Window):
    """The dashboard: the lists, and threads of the conversations in `watched`."""

    def __init__(self, person: Person, server: Server, watched: list[str]) -> None:
        self.threads: dict[str, Thread] = {}
        self.summaries: dict[str, Frame] = {}
        self.counts: dict[str, int] = {}
        self.missing: set[str] = set()
        for conversation in watched:
            self.threads[conversation] = Thread(self._asker(conversation))
        super().__init__(person, server)

    def _asker(self, conversation: str) -> Any:
        return lambda frame: self.send({**frame, "conversation": conversation})

    def address(self) -> str:
        return "/ws/agent/"

    def arrive(self) -> None:
        self.missing = {*self.threads, ""}
        self.send({"type": "lists"})
        for conversation in self.threads:
            self.open(conversation)

    def open(self, conversation: str) -> None:
        last = self.threads[conversation].last
        after = {"after": last} if last else {}
        self.send({"type": "open", "conversation": conversation, **after})

    def take(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "lists":
            self.summaries = {}
            self.missing.discard("")
        if kind in ("lists", "conversations"):
            self.counts = frame["counts"]
            for summary in frame["conversations"]:
                known = self.summaries.get(summary["conversation"])
                if known is None or known["version"] <= summary["version"]:
                    self.summaries[summary["conversation"]] = summary
        elif (thread := self.threads.get(frame.get("conversation", ""))) is not None:
            thread.take(frame)
            if kind == "history":
                self.missing.discard(frame["conversation"])
        if not self.missing:
            self.ready.set()
