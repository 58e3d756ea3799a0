"""Conversations as lists show them. Reads only; a section is at most one page."""

from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from chat import assistants, customers
from chat.frames import Frame, display_name, timestamp
from chat.models import Conversation, Member, Message
from chat.models.conversation import Kind, Status
from chat.models.message import AuthorKind, Visibility

PAGE = 50
PREVIEW = 140
SECTIONS = ("waiting", "mine", "others", "bot", "resolved")
Tally = tuple[str, int | None, int]


def listed() -> QuerySet[Conversation]:
    """Support conversations in which something was said."""
    return Conversation.objects.filter(kind=Kind.SUPPORT, head_seq__gt=0)


def is_listed(row: Conversation) -> bool:
    return row.kind == Kind.SUPPORT and row.head_seq > 0


def section(name: str, user_id: int) -> QuerySet[Conversation]:
    """One section of an agent's lists, in its order."""
    rows = listed().select_related("assignee")
    if name == "waiting":
        # One whose agent's account was deleted waits since it was last active.
        since = Coalesce("waiting_since", "active_at")
        waiting = rows.filter(status=Status.OPEN, assignee=None).annotate(since=since)
        return waiting.order_by("since", "id")
    if name == "mine":
        return rows.filter(status=Status.OPEN, assignee=user_id).order_by("-active_at", "-id")
    if name == "others":
        others = rows.filter(status=Status.OPEN, assignee__isnull=False).exclude(assignee=user_id)
        return others.order_by("-active_at", "-id")
    status = Status.BOT if name == "bot" else Status.RESOLVED
    return rows.filter(status=status).order_by("-active_at", "-id")


def page_after(name: str, user_id: int, after: Conversation | None) -> list[Conversation]:
    """The next PAGE conversations of a section behind a given one."""
    rows = section(name, user_id)
    if after is not None:
        if name == "waiting":
            since = after.waiting_since or after.active_at
            later, same = Q(since__gt=since), Q(since=since, id__gt=after.id)
        else:
            later = Q(active_at__lt=after.active_at)
            same = Q(active_at=after.active_at, id__lt=after.id)
        rows = rows.filter(later | same)
    return list(rows[:PAGE])


def counts(user_id: int) -> dict[str, int]:
    """{section: number of conversations} for one agent."""
    return counts_for(user_id, tallies())


def tallies() -> list[Tally]:
    """(status, assignee's id, number of conversations), for all that are listed."""
    rows = listed().values("status", "assignee").annotate(number=Count("id"))
    return [(row["status"], row["assignee"], row["number"]) for row in rows]


def counts_for(user_id: int, numbers: Iterable[Tally]) -> dict[str, int]:
    found = dict.fromkeys(SECTIONS, 0)
    for status, assignee_id, number in numbers:
        found[section_of(status, assignee_id, user_id)] += number
    return found


def section_of(status: str, assignee_id: int | None, user_id: int) -> str:
    if status != Status.OPEN:
        return "bot" if status == Status.BOT else "resolved"
    if assignee_id is None:
        return "waiting"
    return "mine" if assignee_id == user_id else "others"


def by_id(ids: Iterable[int]) -> list[Conversation]:
    """Of these all that there are, listed or not."""
    return list(Conversation.objects.filter(id__in=list(ids)).select_related("assignee"))


def summaries(rows: list[Conversation]) -> list[Frame]:
    """The SUMMARY object of docs/protocol.md for each, without unread."""
    last, names, bots = _last_messages(rows), customers.names(rows), assistants.names(rows)
    return [_summary(row, last.get(row.id), names.get(row.id, ""), bots[row.id]) for row in rows]


def unread(rows: list[Conversation], keys: Iterable[str]) -> dict[tuple[int, str], int]:
    """{(conversation id, agent's key): customer messages not yet read by that agent}."""
    keys = list(keys)
    members = Member.objects.filter(conversation__in=[row.id for row in rows], key__in=keys)
    read = {(m.conversation_id, m.key): m.read_customer_messages for m in members}
    return {
        (row.id, key): max(0, row.customer_messages - read.get((row.id, key), 0))
        for row in rows
        for key in keys
    }


def _last_messages(rows: list[Conversation]) -> dict[int, Message]:
    """The newest message of each that the customer sees too and that somebody wrote.

    Of one that waits, not the bot's last word that a person comes, but what it is about.
    """
    heads = Message.objects.filter(conversation__in=[row.id for row in rows])
    newest = (
        heads.filter(visibility=Visibility.ALL)
        .exclude(author_kind=AuthorKind.SYSTEM)
        .exclude(
            author_kind=AuthorKind.BOT,
            conversation__status=Status.OPEN,
            conversation__assignee=None,
        )
        .filter(seq__gt=F("conversation__head_seq") - 20)
        .order_by("conversation_id", "seq")
        .defer("evidence")
    )
    return {message.conversation_id: message for message in newest}


def _summary(row: Conversation, last: Message | None, name: str, assistant: str) -> Frame:
    agent = row.assignee
    return {
        "conversation": row.public_id,
        "label": row.label,
        "name": name,
        "assistant": assistant,
        "status": row.status,
        "agent": agent and {"username": agent.get_username(), "name": display_name(agent)},
        "waiting_since": row.waiting_since and timestamp(row.waiting_since),
        "created_at": timestamp(row.created_at),
        "updated_at": timestamp(row.updated_at),
        "last": last
        and {
            "sender": last.author_kind,
            "name": last.author_name,
            "text": last.body[:PREVIEW] or _wordless(last),
            "timestamp": timestamp(last.created_at),
        },
        "customer_messages": row.customer_messages,
        "version": row.version,
    }


def _wordless(message: Message) -> str:
    """What stands for a message without words."""
    pictures = len((message.data or {}).get("attachments", ()))
    return "Picture" if pictures == 1 else f"{pictures} pictures" if pictures else ""
