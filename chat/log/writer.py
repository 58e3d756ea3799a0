"""Grouping: while one group commits, the next gathers. One writer a process, no timer."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable

from django.db import Error, connection

from chat.errors import Refused
from chat.log.entries import Item, Outcome, Receipt
from chat.log.group import commit_group

logger = logging.getLogger(__name__)
GROUP = 500
PATIENCE = 30.0  # seconds that another thread waits for its entry


Settle = Callable[[Receipt | Refused], None]
Group = list[tuple[Item, Settle]]


class Restarting(Refused):
    status = 503

    def __init__(self) -> None:
        super().__init__("restarting", "The server is restarting; your message is sent again.")


class NotSaved(Refused):
    status = 503

    def __init__(self) -> None:
        super().__init__("not_saved", "Your message could not be saved. Please send it again.")


class _Resolve:
    """Settles a future, unless whoever waited for it has gone away."""

    def __init__(self, future: asyncio.Future[Receipt]) -> None:
        self.future = future

    @property
    def is_gone(self) -> bool:
        return self.future.done()

    def __call__(self, outcome: Receipt | Refused) -> None:
        if self.future.done():
            return
        if isinstance(outcome, Receipt):
            self.future.set_result(outcome)
        else:
            self.future.set_exception(outcome)


class Writer:
    """Takes entries on the event loop and commits them, grouped, in a thread of its own.

    The thread takes the next group itself, so that the database works on while the loop is
    still busy with what the last group announced.
    """

    running: "Writer | None" = None

    def __init__(self) -> None:
        self.waiting: deque[tuple[Item, Settle]] = deque()
        self.something = threading.Event()
        self.is_draining = False
        self.is_stopping = False
        self.unsettled = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.thread = threading.Thread(target=self._run, name="message-log", daemon=True)
        self.thread.start()
        Writer.running = self

    def submit(self, entry: Item, settle: "Settle") -> None:
        """Queues an entry; `settle` is called on the loop with its Receipt or Refused."""
        if self.is_draining:
            settle(Restarting())
            return
        self.unsettled += 1
        self.idle.clear()
        self.waiting.append((entry, settle))
        if not self.something.is_set():
            self.something.set()

    def append(self, entry: Item) -> "asyncio.Future[Receipt]":
        """Queues an entry; the future gives its Receipt or raises why it was refused."""
        future: asyncio.Future[Receipt] = self.loop.create_future()
        self.submit(entry, _Resolve(future))
        return future

    def _run(self) -> None:
        while not self.is_stopping:
            self.something.wait()
            # Cleared before it is looked at: what comes in between sets it again.
            self.something.clear()
            while group := self._gather():
                self._commit_and_settle(group)
        connection.close()

    def _gather(self) -> Group:
        """The next group, with those who have gone away meanwhile."""
        return [self.waiting.popleft() for _ in range(min(GROUP, len(self.waiting)))]

    def _commit_and_settle(self, group: Group) -> None:
        wanted = [one for one in group if not getattr(one[1], "is_gone", False)]
        outcomes: list[Outcome]
        try:
            outcomes = _commit([entry for entry, _ in wanted]) if wanted else []
        except Exception as error:
            logger.exception("group not committed")
            outcomes = [error] * len(wanted)
        settled = list(zip((settle for _, settle in wanted), outcomes, strict=True))
        self.loop.call_soon_threadsafe(self._settle, settled, len(group))

    def _settle(self, settled: list[tuple[Settle, Outcome]], taken: int) -> None:
        for settle, outcome in settled:
            try:
                settle(outcome if isinstance(outcome, Receipt | Refused) else NotSaved())
            except Exception:
                # Nobody else is to lose an acknowledgement by it.
                logger.exception("an entry's sender not told")
        self.unsettled -= taken
        if not self.unsettled:
            self.idle.set()

    async def drain(self) -> None:
        """Refuses what comes from now on and waits until what was taken is committed."""
        self.is_draining = True
        await self.idle.wait()

    async def stop(self) -> None:
        await self.drain()
        if Writer.running is self:
            Writer.running = None
        self.is_stopping = True
        self.something.set()
        await self.loop.run_in_executor(None, self.thread.join)


def _commit(entries: list[Item]) -> list[Outcome]:
    """Commits a group, and once more on a new connection where the old one was broken.

    A commit whose answer was lost is found again by its client ids.
    """
    outcomes = commit_group(entries)
    if not connection.errors_occurred or connection.is_usable():
        connection.errors_occurred = False
        return outcomes
    connection.close()
    broken = [i for i, outcome in enumerate(outcomes) if isinstance(outcome, Error)]
    for i, again in zip(broken, commit_group([entries[i] for i in broken]), strict=True):
        outcomes[i] = again
    return outcomes


def submit(entry: Item, settle: Settle) -> None:
    """As `append`, without a future: `settle` gets the Receipt or Refused on the loop."""
    if Writer.running is None:
        raise RuntimeError("No message log runs in this process; use chat.log.write.")
    Writer.running.submit(entry, settle)


def append(entry: Item) -> "asyncio.Future[Receipt]":
    """Appends from the event loop of a process whose services run; await it for the Receipt."""
    if Writer.running is None:
        raise RuntimeError("No message log runs in this process; use chat.log.write.")
    return Writer.running.append(entry)


def write(entry: Item) -> Receipt:
    """Appends from a thread or a command and waits. Raises Refused or a database error.

    Inside `atomic()` the entry joins the caller's transaction: to wait there for another
    connection would be to wait for oneself.
    """
    writer = Writer.running
    if writer is None or connection.in_atomic_block or not writer.loop.is_running():
        outcome = commit_group([entry])[0]
    else:
        outcome = _hand_over(writer, entry)
    if isinstance(outcome, Receipt):
        return outcome
    raise outcome


def _hand_over(writer: Writer, entry: Item) -> Outcome:
    async def wait() -> Receipt:
        return await writer.append(entry)

    return asyncio.run_coroutine_threadsafe(wait(), writer.loop).result(PATIENCE)
