"""The help desk as it ships: `manage.py serve` in one process, on PostgreSQL with fsync."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.load.member import Member
from bench.servers.postgres import Postgres
from bench.servers.process import DidNotStart, Process, answers, free_port, run
from bench.servers.server import Seat

ROOT = Path(__file__).parents[2]
PREPARE = Path(__file__).with_name("prepare_ours.py")
UNLIMITED = "1000000000"


class Ours:
    name, is_numbered = "ours", True

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.port, self.postgres = free_port(), postgres
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "HELPDESK_DATA": str(folder / "data"),
            "HELPDESK_DATABASE_URL": postgres.create("ours"),
            "HELPDESK_REDIS_URL": "",
            "HELPDESK_BIND": "127.0.0.1",
            "HELPDESK_PORT": str(self.port),
            "HELPDESK_DEMO": "0",
            # Every conversation has an agent, so the bot is silent; nobody runs one.
            "HELPDESK_BOT": "outside",
            "HELPDESK_LANGUAGE_MODEL": "none",
            # All come from one address, and as fast as they can.
            "HELPDESK_MESSAGES_A_MINUTE": UNLIMITED,
            "HELPDESK_MESSAGES_A_MINUTE_BY_ADDRESS": UNLIMITED,
            "HELPDESK_SOCKETS": UNLIMITED,
            "HELPDESK_SOCKETS_BY_ADDRESS": UNLIMITED,
        }
        log = folder / "ours.log"
        self.prepare_database(log)
        self.process = Process(self.manage("serve"), log, environment=self.environment)
        self.process.wait_until(lambda: answers(self.port), 60)
        self.pids = [self.process.pid]
        self.seats: list[Seat] = []

    def prepare_database(self, log: Path) -> None:
        run(self.manage("migrate"), log, environment=self.environment)

    def manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    async def prepare(self, conversations: int) -> None:
        """Every customer says hello; every agent takes over one conversation."""
        agents = self.agents(conversations)
        customers = [self.customer(number) for number in range(conversations)]
        await self.say_hello(customers)
        ids = self.public_ids(conversations)
        seats = [self.agent(number, agents[number], ids[number]) for number in range(conversations)]
        await self.take_over(seats, ids)
        self.seats = [seat for pair in zip(customers, seats, strict=True) for seat in pair]

    def agents(self, count: int) -> list[str]:
        done = subprocess.run(
            [sys.executable, str(PREPARE), str(count)],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise DidNotStart(f"the agents could not be made: {done.stderr[-2000:]}")
        cookies: list[str] = json.loads(done.stdout.splitlines()[-1])
        return cookies

    def headers(self, cookie: str) -> dict[str, str]:
        return {"Cookie": cookie, "Origin": f"http://127.0.0.1:{self.port}"}

    def customer(self, number: int) -> Seat:
        """Opens the chat page, as a browser does, and keeps the cookies it got."""
        page = f"http://127.0.0.1:{self.port}/chat/relay-{number}/"
        with urllib.request.urlopen(page, timeout=20) as answer:
            cookies = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", [])]
        headers = self.headers("; ".join(cookies))
        return Seat(number, "customer", f"/ws/chat/relay-{number}/?batch=1", headers)

    def agent(self, number: int, cookie: str, public_id: str) -> Seat:
        command = json.dumps({"type": "open", "conversation": public_id})
        return Seat(
            number,
            "agent",
            "/ws/agent/?batch=1",
            self.headers(cookie),
            (command.encode(),),
            json.dumps({"type": "message", "conversation": public_id})[:-1].encode(),
        )

    async def say_hello(self, seats: list[Seat]) -> None:
        said = "SELECT count(*) FROM chat_message WHERE client_id = 'hello'"
        await self.once(seats, lambda seat: {"message": "hello", "client_id": "hello"}, said)

    async def take_over(self, seats: list[Seat], ids: Mapping[int, str]) -> None:
        taken = "SELECT count(*) FROM chat_conversation WHERE assignee_id IS NOT NULL"
        await self.once(
            seats, lambda seat: {"type": "take_over", "conversation": ids[seat.conversation]}, taken
        )

    async def once(self, seats: list[Seat], command: Callable[[Seat], object], sql: str) -> None:
        """Each says one thing and stays until the query counts all of them."""
        members = [Member(seat) for seat in seats]
        for member in members:
            await member.connect(self.port)
            assert member.socket is not None
            member.socket.send(json.dumps(command(member.seat)).encode())
        await self.until(sql, len(seats))
        await asyncio.gather(*(member.leave() for member in members))

    async def until(self, sql: str, count: int) -> None:
        """Waits until a counting query says `count`. Raises DidNotStart after 20 s."""
        for _ in range(100):
            if self.postgres.query(sql, "ours") == [(count,)]:
                return
            await asyncio.sleep(0.2)
        raise DidNotStart(f"not {count} after 20 s: {sql}")

    def public_ids(self, conversations: int) -> dict[int, str]:
        rows = self.postgres.query("SELECT label, public_id FROM chat_conversation", "ours")
        ids = {str(label): str(public_id) for label, public_id in rows}
        return {number: ids[f"relay-{number}"] for number in range(conversations)}

    def stored(self) -> Mapping[str, int] | None:
        rows = self.postgres.query(
            "SELECT split_part(client_id, '-', 1), count(*) FROM chat_message"
            " WHERE author_kind IN ('customer', 'agent') GROUP BY 1",
            "ours",
        )
        return {str(key): int(str(count)) for key, count in rows}

    def stop(self) -> None:
        self.process.stop()
