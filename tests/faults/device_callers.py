"""Two devices that write to each other while their servers are killed under them."""

import asyncio
import json
import re
from collections import Counter

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.services.devices import KEY
from tests.services.server import Server

GONE = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
# A frame that is answered says that those before it have been dealt with.
PROBE, PROBED = "{}", "Error: nothing to do"


class Caller:
    """A device that comes back, at the server it is told, until its `outbox` is empty."""

    def __init__(self, name: str, to: str, server: Server) -> None:
        self.name, self.to, self.server = name, to, server
        self.key = ""
        self.outbox: asyncio.Queue[str] = asyncio.Queue()
        self.lines: list[str] = []
        self.connection: ClientConnection | None = None
        self.may_come = asyncio.Event()
        self.may_come.set()
        self.answered = asyncio.Event()
        self.here = asyncio.Event()
        self.tasks = [asyncio.create_task(self._stay()), asyncio.create_task(self._write())]

    # ── for the test ──
    @property
    def heard(self) -> Counter[str]:
        """How often each text of the other was received."""
        start = f"Message from {self.to}: "
        return Counter(line.removeprefix(start) for line in self.lines if line.startswith(start))

    @property
    def notices(self) -> Counter[str]:
        found = (
            re.fullmatch(rf"Message: (.*) delivered to {re.escape(self.to)}", line)
            for line in self.lines
        )
        return Counter(one[1] for one in found if one)

    @property
    def told_away(self) -> int:
        return self.lines.count(f"{self.to} is not online yet")

    async def stay_away(self) -> None:
        """Goes, and comes back only when told to."""
        self.may_come.clear()
        if self.connection is not None:
            await self.connection.close()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.connection is not None:
            await self.connection.close()

    # ── coming and going ──
    async def _stay(self) -> None:
        while True:
            await self.may_come.wait()
            try:
                async with connect(f"{self.server.sockets}/", proxy=None) as connection:
                    await self._introduce(connection)
                    self.connection = connection
                    self.here.set()
                    async for line in connection:
                        self._hear(str(line))
            except GONE:
                pass
            self.connection = None
            self.here.clear()
            await asyncio.sleep(0.02)

    async def _introduce(self, connection: ClientConnection) -> None:
        if self.key:
            await connection.send(json.dumps({"auth_key": self.key}))
            return
        await connection.send(json.dumps({"register": True, "device_name": self.name}))
        found = KEY.fullmatch(str(await connection.recv()))
        assert found
        self.key = found[1]

    def _hear(self, line: str) -> None:
        if line.startswith(PROBED):
            self.answered.set()
        else:
            self.lines.append(line)

    # ── writing ──
    async def _write(self) -> None:
        while True:
            text = await self.outbox.get()
            while not await self._is_taken(text):
                pass
            self.outbox.task_done()

    async def _is_taken(self, text: str) -> bool:
        """Sends it, the same again after each lost connection, and hears that it was taken."""
        await self.here.wait()
        connection = self.connection
        if connection is None:
            return False
        self.answered.clear()
        said = {"auth_key": self.key, "to_id": self.to, "message": text, "client_id": text}
        try:
            await connection.send(json.dumps(said))
            await connection.send(PROBE)
            await asyncio.wait_for(self.answered.wait(), 10)
        except GONE:
            await asyncio.sleep(0.05)
            return False
        return self.connection is connection
