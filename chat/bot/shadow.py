"""Shadow mode: what the bot would have said is kept for agents, and the customer waits for one.

No customer ever sees a draft; an agent may send it as their own message (chat.actions.drafts).
"""

from chat import attendance
from chat.actions.handoff import to_queue
from chat.actions.messages import bot_message, post_together
from chat.bot import claims
from chat.bot.claims import Turn
from chat.bot.reply import MISSES, Reply
from chat.errors import Unchanged
from chat.log import Entry, Locked
from chat.log.entries import Guard
from chat.models.bot_turn import Draft, Outcome
from chat.models.conversation import Status
from chat.models.message import AuthorKind, Visibility

NOTHING = "No draft: the bot has nothing to say to this."


def post(turn: Turn, reply: Reply, guard: Guard, data: dict[str, object]) -> None:
    """Commits what agents see and, where the bot had the conversation, that the customer waits.

    `data` goes with the draft, `guard` judges whether the turn may still be ended. Raises
    Refused or a database error.
    """
    was_bots: list[bool] = []

    def done(conversation: Locked, seq: int) -> None:
        was_bots.append(conversation.status == Status.BOT)
        conversation.bot_seq = turn.question_seq
        claims.finish(turn, reply.outcome, reply.evidence, seq, reply.entry_id, draft=offered)

    is_draft = reply.outcome not in (*MISSES, Outcome.HANDOFF)
    offered = Draft.OFFERED.value if is_draft else ""
    kept = bot_message(
        turn.conversation_id,
        reply.body if is_draft else NOTHING,
        turn.client_id,
        guard=guard,
        effect=done,
        data={**data, "draft": True} if is_draft else None,
        evidence={**reply.evidence, "outcome": reply.outcome.value, "turn": turn.id},
    )
    kept.visibility = Visibility.AGENTS.value
    post_together([kept, _waiting(turn, reply, was_bots)])


def _waiting(turn: Turn, reply: Reply, was_bots: list[bool]) -> Entry:
    """The desk, not the bot, says that a person comes; in an emergency also what to do now."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if not was_bots or not was_bots[-1]:
            raise Unchanged
        is_told = reply.outcome == Outcome.HANDOFF
        entry.body = reply.body if is_told else attendance.now().waiting_text

    return Entry(
        turn.conversation_id,
        AuthorKind.SYSTEM.value,
        "system",
        "",
        f"shadow-{turn.question_seq}",
        data={"event": "waiting"},
        guard=guard,
        effect=to_queue,
    )
