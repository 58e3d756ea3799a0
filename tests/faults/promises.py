"""What must hold once all is quiet, whatever went wrong before. Each check lists what does not."""

from collections import Counter
from collections.abc import Iterable

from tests.faults.ledger import Conversation, Message
from tests.faults.thread import Thread
from tests.faults.windows import AgentWindow, Window

HISTORY = 50  # messages that a page shows of a longer thread


def broken_in_log(row: Conversation, messages: list[Message], names: dict[str, str]) -> list[str]:
    """Gapless, and never somebody speaking who does not have the conversation."""
    problems = []
    seqs = [message.seq for message in messages]
    if seqs != list(range(1, row.head_seq + 1)):
        problems.append(f"seq is not gapless up to {row.head_seq}: {seqs}")
    customers = [message.seq for message in messages if message.kind == "customer"]
    if (len(customers), max(customers, default=0)) != (
        row.customer_messages,
        row.last_customer_seq,
    ):
        problems.append(f"the customer's messages are {customers}, the row says otherwise: {row}")
    story = Story(names)
    for message in messages:
        story.tell(message)
    if (story.status, story.holder) != (row.status, row.assignee):
        problems.append(f"the log ends with {story.status} {story.holder}, the row says {row}")
    return problems + story.problems


class Story:
    """Who has the conversation, told from its log alone."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.status, self.holder = "bot", None
        self.questions: list[int] = []
        self.problems: list[str] = []
        self.customers: set[int] = set()

    def tell(self, message: Message) -> None:
        if message.kind == "bot":
            self.bot(message)
        elif message.kind == "customer":
            self.customers.add(message.seq)
            self.status = "bot" if self.status == "resolved" else self.status
        elif message.kind == "agent":
            self.agent(message)
        if message.event:
            self.event(message)

    def bot(self, message: Message) -> None:
        question = int(message.client_id.removeprefix("bot:"))
        if self.status != "bot":
            self.wrong(message, f"the bot speaks while it is {self.status}")
        if question not in self.customers or question <= max(self.questions, default=0):
            self.wrong(message, f"the bot answers {question} after {self.questions}")
        self.questions.append(question)

    def agent(self, message: Message) -> None:
        has_it = self.status == "open" and self.holder == message.author
        if message.visibility == "all" and not has_it:
            self.wrong(message, f"{message.author} replies in what {self.holder} has")

    def event(self, message: Message) -> None:
        event, author = message.event, message.author
        is_others = self.status == "open" and self.holder not in (None, author)
        if is_others and not (event == "took_over" and "from" in message.data):
            self.wrong(message, f"{author or message.kind} changes what {self.holder} has")
        self.status = {"handed_back": "bot", "resolved": "resolved"}.get(event, "open")
        to = self.names.get(str(message.data.get("to", "")))
        self.holder = {"took_over": author, "transferred": to}.get(event)

    def wrong(self, message: Message, what: str) -> None:
        self.problems.append(f"{what}: {message}")


def broken_in_sending(
    messages: list[Message], sent: dict[str, str], windows: Iterable[Window]
) -> list[str]:
    """Each text is stored once, or not at all and never acknowledged. `sent`: {client id: text}."""
    windows = list(windows)
    stored = Counter(message.client_id for message in messages)
    texts = Counter(m.body for m in messages if m.kind in ("customer", "agent"))
    acknowledged = set().union(*(window.acknowledged for window in windows)) & set(sent)
    refused = set().union(*(set(window.refused) for window in windows))
    problems = [f"acknowledged and not there once: {i}" for i in acknowledged if stored[i] != 1]
    problems += [f"{times} times there: {text}" for text, times in texts.items() if times > 1]
    problems += [f"nobody sent this: {text}" for text in texts if text not in sent.values()]
    problems += [
        f"neither there nor refused: {i}" for i in sent if not stored[i] and i not in refused
    ]
    return problems


def broken_in_thread(
    thread: Thread,
    row: Conversation,
    messages: list[Message],
    marks: dict[str, int],
    agent: str | None,
    *,
    notes: bool,
) -> list[str]:
    """What a page shows is what the database holds; `agent` has it, as the page names people."""
    problems = list(thread.wrong)
    visible = [(m.seq, m.kind, m.body) for m in messages if notes or m.visibility == "all"]
    first = thread.lines[0][0] if thread.lines and row.head_seq > HISTORY else 1
    expected = [line for line in visible if line[0] >= first]
    if thread.lines != expected:
        problems.append(f"shown {thread.lines[-4:]}, not {expected[-4:]}")
    if thread.last != row.head_seq:
        problems.append(f"received up to {thread.last}, not {row.head_seq}")
    if (thread.status.get("status"), agent_shown(thread)) != (row.status, agent):
        problems.append(f"status shown {thread.status}, not {row.status} {agent}")
    if _marked(thread.read) != _marked(marks):
        problems.append(f"read marks shown {thread.read}, not {marks}")
    return problems


def broken_in_lists(
    window: AgentWindow, rows: list[Conversation], read: dict[int, int], username: str
) -> list[str]:
    """The dashboard's lists; `rows` are all conversations, of which those in its threads count."""
    problems = []
    for row in rows:
        if row.public_id not in window.threads or not row.head_seq:
            continue
        shown = window.summaries.get(row.public_id, {})
        agent = shown.get("agent") or {}
        unread = row.customer_messages - read.get(row.id, 0)
        got = [shown.get(k) for k in ("status", "version", "customer_messages", "unread")]
        if [*got, agent.get("username")] != [
            row.status,
            row.version,
            row.customer_messages,
            unread,
            row.assignee,
        ]:
            problems.append(f"list shows {shown}, not unread {unread} and {row}")
    listed = [row for row in rows if row.kind == "support" and row.head_seq]
    expected = Counter(section(row, username) for row in listed)
    if Counter(window.counts) != expected:
        problems.append(f"counts shown {window.counts}, not {dict(expected)}")
    return problems


def section(row: Conversation, username: str) -> str:
    if row.status != "open":
        return row.status
    if row.assignee is None:
        return "waiting"
    return "mine" if row.assignee == username else "others"


def _marked(marks: dict[str, int]) -> dict[str, int]:
    return {who: through for who, through in marks.items() if through}


def agent_shown(thread: Thread) -> str | None:
    """Who has it, as the page says: a user name for agents, a name for customers."""
    agent = thread.status.get("agent")
    return agent["username"] if isinstance(agent, dict) else agent
