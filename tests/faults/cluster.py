"""A desk whose processes can be killed one by one, and come back."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from tests.faults.ledger import Ledger
from tests.services.patience import EVENTUALLY
from tests.services.process import Process
from tests.services.redis import Redis
from tests.services.server import Desk, Server
from tests.services.ws import Person, logged_in

AGENTS = ("agent", "agent2")
UNLIMITED: dict[str, object] = {
    "messages_a_minute": 1_000_000,
    "messages_a_minute_by_address": 1_000_000,
    "sockets": 10_000,
    "sockets_by_address": 10_000,
}

SLOW_MODEL = {
    "language_model": "slow",
    "language_model_provider": "tests.faults.models.SlowModel",
}


@dataclass
class Cluster:
    """Two web processes and a bot's on PostgreSQL and Redis, or one process on SQLite."""

    desk: Desk
    webs: list[Server]
    bot: Process | None = None
    redis: Redis | None = None
    repairs: list[Awaitable[object]] = field(default_factory=list)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.desk)

    @cached_property
    def agents(self) -> list[Person]:
        """Carol at the first web process, Frank at the last."""
        servers = (self.webs[0], self.webs[-1])
        return [logged_in(web, name) for web, name in zip(servers, AGENTS, strict=True)]

    @property
    def faults(self) -> dict[str, Callable[[], None]]:
        """What can go wrong here, by name; each is repaired in the background."""
        found: dict[str, Callable[[], None]] = {
            f"kill web {number}": lambda web=web: self.kill(web)
            for number, web in enumerate(self.webs)
        }
        if self.bot is not None:
            found["kill bot"] = lambda: self.kill(self.bot)
        if self.redis is not None:
            found["pause redis"] = self.pause_redis
            found["restart redis"] = self.restart_redis
            found["cut database"] = self.cut_database
        return found

    def kill(self, process: Process | None) -> None:
        """kill -9, and started again at once."""
        assert process is not None
        if not any(isinstance(repair, Restart) and repair.of(process) for repair in self.repairs):
            process.kill()
            self.repairs.append(Restart(process))

    def pause_redis(self, seconds: float = 1.2) -> None:
        assert self.redis is not None
        self.redis.pause()
        self.repairs.append(_later(seconds, self.redis.resume))

    def restart_redis(self) -> None:
        assert self.redis is not None
        self.redis.resume()
        self.redis.kill()
        self.repairs.append(_later(1.0, self.redis.start))

    def cut_database(self) -> None:
        """Every connection to PostgreSQL ends, as if it were restarted; new ones may come."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        self.ledger.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")

    def whole(self) -> None:
        """Starts what does not run."""
        if self.redis is not None:
            self.redis.resume()
        processes = (*self.webs, self.bot, self.redis)
        start_together(*(one for one in processes if one is not None and not one.running))

    def stop_bots(self) -> None:
        for process in self.desk.servers:
            if process not in self.webs:
                process.kill()
        self.bot = None

    async def repaired(self) -> None:
        """Waits until all that was broken works again."""
        repairs, self.repairs = self.repairs, []
        await asyncio.gather(*repairs)


class Restart:
    """The start of a killed process, in a thread; await it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.task = asyncio.ensure_future(asyncio.to_thread(start, process))

    def of(self, process: Process) -> bool:
        return self.process is process and not self.task.done()

    def __await__(self):
        return self.task.__await__()


def _later(seconds: float, do: Callable[[], None]) -> Awaitable[object]:
    async def wait() -> None:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(do)

    return asyncio.ensure_future(wait())


def start(process: Process) -> None:
    """Starts it and waits until it works."""
    if isinstance(process, Server | Redis):
        process.start()
        return
    starts = process.log.count(BOT_RUNS)
    process.start()
    process.wait_until(lambda: process.log.count(BOT_RUNS) > starts, seconds=2 * EVENTUALLY)


def start_together(*processes: Process | None) -> None:
    with ThreadPoolExecutor() as threads:
        list(threads.map(start, [process for process in processes if process is not None]))


BOT_RUNS = "the bot's worker runs"


def web(desk: Desk, *faults: str) -> Server:
    """One web process; with `faults`, switches of tests.faults.mutated, through that."""
    server = Server(desk, "serve", mutations=",".join(faults))
    server.command = _through_mutated(server.command, faults)
    desk.servers.append(server)
    return server


def bot(desk: Desk, *faults: str, **settings: object) -> Process:
    """One `manage.py runbot`, started; `faults` as in `web`."""
    server = Server(desk, "serve", mutations=",".join(faults), **settings)
    worker = Process(
        _through_mutated([sys.executable, "manage.py", "runbot"], faults),
        log=desk.data / f"runbot-{len(desk.servers)}.log",
        env=server.env,
        cwd=server.cwd,
    )
    desk.servers.append(worker)
    start(worker)
    return worker


def _through_mutated(command, faults: tuple[str, ...]) -> list[str]:
    arguments = list(command)
    return [arguments[0], "-m", "tests.faults.mutated", *arguments[2:]] if faults else arguments


def pair(desk: Desk, redis: Redis, *faults: str) -> Cluster:
    """Two web processes of one desk, started; its bot is outside and still to come."""
    cluster = Cluster(desk, [web(desk, *faults), web(desk, *faults)], redis=redis)
    start_together(*cluster.webs)
    return cluster


def single(desk: Desk, *faults: str) -> Cluster:
    """One process that is web server and bot, started."""
    cluster = Cluster(desk, [web(desk, *faults)])
    start_together(*cluster.webs)
    return cluster
