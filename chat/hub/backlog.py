"""What a reader of a conversation has missed, read from the database."""

from dataclasses import dataclass

from django.db.models import Max

from chat.frames import Change, Posted, Standing
from chat.models import BotTurn, Conversation, Member, Message

LAST = 50  # messages of a history
RESUMED = 200  # a reader further behind than this starts anew


@dataclass(slots=True)
class Backlog:
    """A conversation at one version: its messages after some seq, its standing, its marks."""

    conversation: int
    public_id: str
    label: str
    version: int
    head_seq: int
    messages: list[Posted]
    after: int | None
    has_earlier: bool
    standing: Standing
    read: dict[str, int]
    ratings: dict[int, str]
    kind: str
    assistant_id: int | None

    def as_change(self) -> Change:
        """All of it as one change, for a reader who has what came before."""
        return Change(
            self.conversation,
            self.public_id,
            0,
            self.version,
            self.head_seq,
            self.messages,
            self.standing,
            self.read,
            ratings=self.ratings,
        )


def backlog(conversation_id: int, after: int | None, most: int = RESUMED) -> Backlog:
    """All after `after`, or the last 50 where that is None or further back than `most`.

    The conversation is read first: messages up to its head_seq are there and never change, so
    that the two queries need no transaction.
    """
    row = Conversation.objects.select_related("assignee").get(pk=conversation_id)
    if after is not None and (row.head_seq - after > most or after > row.head_seq):
        after = None
    start = max(0, row.head_seq - LAST) if after is None else after
    return Backlog(
        row.id,
        row.public_id,
        row.label,
        row.version,
        row.head_seq,
        page(conversation_id, start, row.head_seq),
        after,
        start > 0,
        Standing.of(row),
        read_marks(conversation_id) if row.head_seq else {},
        ratings(conversation_id) if row.head_seq else {},
        row.kind,
        row.assistant_id,
    )


def following(conversation_id: int, after: int) -> tuple[list[Posted], int]:
    """The next RESUMED messages behind a seq without a gap, and the seq that they reach to."""
    head: int = Conversation.objects.values_list("head_seq", flat=True).get(pk=conversation_id)
    through = min(head, after + RESUMED)
    return page(conversation_id, after, through), through


def page(conversation_id: int, after: int, through: int) -> list[Posted]:
    """The messages with after < seq <= through, in order."""
    if after >= through:
        return []
    rows = Message.objects.filter(
        conversation_id=conversation_id, seq__gt=after, seq__lte=through
    ).order_by("seq")
    return [Posted.from_row(row) for row in rows]


def read_marks(conversation_id: int) -> dict[str, int]:
    """How far the customer and the agents have read."""
    marks = (
        Member.objects.filter(conversation_id=conversation_id)
        .values("is_agent")
        .annotate(through=Max("last_read_seq"))
    )
    return {("agent" if m["is_agent"] else "customer"): m["through"] for m in marks}


def ratings(conversation_id: int) -> dict[int, str]:
    """{seq of a bot's answer: "up" or "down"} for all that the customer has rated."""
    rated = BotTurn.answers().filter(conversation_id=conversation_id).exclude(feedback="")
    return {seq: value for seq, value in rated.values_list("reply_seq", "feedback") if seq}
