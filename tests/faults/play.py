"""A short play of customers, agents and accidents on a cluster, and how it must end.

A script is a list of steps, each a tuple: the name of a method of Play without `do_`, and its
arguments as small numbers, which stand for whoever or whatever has that number here.
"""

import asyncio
import itertools
import time
from typing import Any

from tests.faults import promises
from tests.faults.cluster import AGENTS, Cluster
from tests.faults.windows import AgentWindow, CustomerWindow, Window
from tests.services.paced import QUESTION
from tests.services.patience import EVENTUALLY, within
from tests.services.ws import Person, visitor

Step = tuple[Any, ...]
Script = list[Step]

TEXTS = (
    "How do I connect to the Wi-Fi?",
    "Where can I print?",
    QUESTION,
    "It still does not work.",
)
REPAIRED_WITHIN = 120.0  # seconds: all sent and answered; a killed bot's lease takes 15 of them
HEALED_WITHIN = 2.0  # seconds, on a machine with nothing else to do
_numbers = itertools.count(1)


class Broken(AssertionError):
    """A promise was not kept."""


def play(cluster: Cluster, script: Script) -> None:
    """Plays the script with new customers. Raises Broken."""
    number = next(_numbers)
    people = [
        visitor(web, f"{name}-{number}")
        for web, name in zip((cluster.webs[0], cluster.webs[-1]), ("alice", "bob"), strict=True)
    ]
    agents = cluster.agents

    async def run() -> None:
        stage = Play(cluster, people, agents)
        try:
            await stage.perform(script)
        finally:
            await stage.close()

    asyncio.run(run())


class Play:
    def __init__(self, cluster: Cluster, people: list[Person], agents: list[Person]) -> None:
        self.cluster, self.people, self.agents = cluster, people, agents
        first, last = cluster.webs[0], cluster.webs[-1]
        # Alice has two windows, one at each web process, Bob one.
        self.customers = [
            [CustomerWindow(people[0], first, together=True), CustomerWindow(people[0], last)],
            [CustomerWindow(people[1], last)],
        ]
        self.labels = [person.label for person in people]
        self.desks: list[AgentWindow] = []
        self.sent: list[tuple[int, int, dict[str, Any]]] = []  # (customer, -1) or (-1, agent)
        self.texts: dict[int, dict[str, str]] = {0: {}, 1: {}}  # by conversation

    @property
    def windows(self) -> list[Window]:
        return [*itertools.chain(*self.customers), *self.desks]

    async def perform(self, script: Script) -> None:
        await self.all_ready()
        self.desks = [
            AgentWindow(agent, web, self.labels)
            for agent, web in zip(
                self.agents, (self.cluster.webs[0], self.cluster.webs[-1]), strict=True
            )
        ]
        await self.all_ready()
        for name, *arguments in script:
            milliseconds = getattr(self, f"do_{name}")(*arguments)
            await asyncio.sleep((milliseconds or 0) / 1000)
        await self.end()

    # ── customers ──
    def do_say(self, who: int, window: int, text: int) -> None:
        self.window(who, window).post(self.new_message(who, -1, TEXTS[text % len(TEXTS)]))

    def do_ask(self, who: int, window: int, text: int) -> int:
        """Says it and waits a little: the bot may have answered by then, or be about to."""
        self.do_say(who, window, text)
        return 200

    def do_hurry(self, who: int, window: int) -> None:
        """Several at once, without waiting; those that get lost are in the outbox."""
        frames = [self.new_message(who, -1, TEXTS[i]) for i in range(3)]
        for frame in frames:
            self.window(who, window).send(frame)
        for frame in frames:
            self.window(who, window).post(frame)

    def do_retry(self, which: int, window: int) -> None:
        """Something that was sent before, once more, at any window of the same person."""
        if not self.sent:
            return
        customer, agent, frame = self.sent[which % len(self.sent)]
        sender = self.desks[agent] if customer < 0 else self.window(customer, window)
        sender.send(frame)

    def do_ask_for_person(self, who: int, window: int) -> None:
        self.window(who, window).send({"type": "person"})

    def do_read(self, who: int, window: int) -> None:
        shown = self.window(who, window)
        shown.send({"type": "read", "through": shown.thread.last})

    def do_leave(self, who: int, window: int, abruptly: bool) -> None:
        self.window(who, window).leave(abruptly=abruptly)

    def do_come_back(self, who: int, window: int) -> None:
        self.window(who, window).come_back()

    # ── agents ──
    def do_reply(self, agent: int, about: int) -> None:
        self.agent_says(agent, about, "Let me have a look.")

    def do_note(self, agent: int, about: int) -> None:
        self.agent_says(agent, about, "Called before.", note=True)

    def agent_says(self, agent: int, about: int, text: str, **fields: object) -> None:
        frame = self.new_message(about, agent, text)
        self.desks[agent].post({**frame, "conversation": self.labels[about], **fields})
        self.sent[-1] = (-1, agent, {**frame, "conversation": self.labels[about], **fields})

    def do_take_over(self, agent: int, about: int, confirm: bool) -> None:
        self.deed(agent, about, "take_over", **({"confirm": True} if confirm else {}))

    def do_hand_back(self, agent: int, about: int) -> None:
        self.deed(agent, about, "hand_back")

    def do_resolve(self, agent: int, about: int) -> None:
        self.deed(agent, about, "resolve")

    def do_transfer(self, agent: int, about: int) -> None:
        self.deed(agent, about, "transfer", to=AGENTS[1 - agent])

    def deed(self, agent: int, about: int, kind: str, **fields: object) -> None:
        frame = {"type": kind, "conversation": self.labels[about], **fields}
        frame["client_id"] = f"deed-{next(_numbers)}"
        self.sent.append((-1, agent, frame))
        self.desks[agent].send(frame)

    def do_agent_reads(self, agent: int, about: int) -> None:
        through = self.desks[agent].threads[self.labels[about]].last
        frame = {"type": "read", "conversation": self.labels[about], "through": through}
        self.desks[agent].send(frame)

    def do_agent_looks_away(self, agent: int, about: int) -> None:
        """The thread is closed, and opened again from where it was."""
        desk = self.desks[agent]
        desk.send({"type": "close", "conversation": self.labels[about]})
        desk.open(self.labels[about])

    def do_agent_leaves(self, agent: int, abruptly: bool) -> None:
        self.desks[agent].leave(abruptly=abruptly)

    def do_agent_comes_back(self, agent: int) -> None:
        self.desks[agent].come_back()

    # ── accidents ──
    def do_fault(self, which: int) -> None:
        names = sorted(self.cluster.faults)
        self.cluster.faults[names[which % len(names)]]()

    def do_named_fault(self, name: str) -> None:
        self.cluster.faults[name]()

    def do_pause(self, milliseconds: int) -> int:
        return milliseconds

    # ── helpers ──
    def window(self, who: int, window: int) -> CustomerWindow:
        return self.customers[who][window % len(self.customers[who])]

    def new_message(self, about: int, agent: int, text: str) -> dict[str, Any]:
        number = next(_numbers)
        frame = {"type": "message", "client_id": f"message-{number}", "message": f"{text} {number}"}
        self.texts[about][frame["client_id"]] = frame["message"]
        self.sent.append((-1 if agent >= 0 else about, agent, frame))
        return frame

    # ── the end ──
    async def end(self) -> None:
        for window in self.windows:
            window.come_back()
        await self.cluster.repaired()
        await self.all_ready()
        await self.until(self.unfinished, REPAIRED_WITHIN)
        await self.until(self.broken, within(HEALED_WITHIN))
        await asyncio.sleep(0.2)
        if problems := self.broken():
            raise Broken("\n".join(problems))

    async def all_ready(self) -> None:
        def waiting() -> list[str]:
            return [f"not connected: {w.address()}" for w in self.windows if not w.ready.is_set()]

        await self.until(waiting, EVENTUALLY)

    async def until(self, problems: Any, seconds: float) -> None:
        """Until there are no problems; Broken with them after so many seconds."""
        deadline = time.monotonic() + seconds
        while found := problems():
            if time.monotonic() > deadline:
                raise Broken("\n".join(found))
            await asyncio.sleep(0.1)

    def unfinished(self) -> list[str]:
        """What is still on its way."""
        unsent = [f"in the outbox: {w.outbox[0]}" for w in self.windows if w.outbox]
        rows = [self.cluster.ledger.conversation(label) for label in self.labels]
        return unsent + [f"the bot still owes an answer: {r}" for r in rows if r.bot_is_due]

    def broken(self) -> list[str]:
        """Every promise that does not hold."""
        ledger = self.cluster.ledger
        rows, names = ledger.conversations(), ledger.names()
        displayed = {username: name for name, username in names.items()}
        problems: list[str] = []
        for about, label in enumerate(self.labels):
            row = next(row for row in rows if row.public_id == label)
            messages, marks = ledger.messages(row.id), ledger.marks(row.id)
            found = promises.broken_in_log(row, messages, names)
            found += promises.broken_in_sending(messages, self.texts[about], self.windows)
            name = displayed.get(row.assignee or "")
            for window in self.customers[about]:
                found += promises.broken_in_thread(
                    window.thread, row, messages, marks, name, notes=False
                )
            for desk in self.desks:
                found += promises.broken_in_thread(
                    desk.threads[label], row, messages, marks, row.assignee, notes=True
                )
            problems += [f"{label}: {problem}" for problem in found]
        for username, desk in zip(AGENTS, self.desks, strict=True):
            read = ledger.read_by(username)
            problems += promises.broken_in_lists(desk, rows, read, username)
        return problems

    async def close(self) -> None:
        await self.cluster.repaired()
        await asyncio.gather(*(window.close() for window in self.windows))
