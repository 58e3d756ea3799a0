"""What a device is told that asks: the FAQ's best answer at once, or that a person will see to it.

Other than a customer, a device has no buttons to choose with, and puts a question to the FAQ by a
command of its own: the bot answers it also while a person has the conversation.
"""

import logging
from typing import Any
from uuid import uuid4

from django.db import Error
from django.utils import timezone

from chat import assistants
from chat.access import Participant
from chat.actions.device_messages import from_device, help_desk, wrote_to_desk
from chat.actions.messages import bot_message
from chat.bot import faq, rules
from chat.bot.claims import searched
from chat.bot.reply import Reply
from chat.log import Entry, Locked, derived_client_id
from chat.models import BotTurn
from chat.models.bot_turn import Outcome
from chat.models.conversation import Status
from faq.search import Result

logger = logging.getLogger(__name__)
# Word for word what the device contract says.
NOBODY_KNOWS = "Our representative will get in-touch with you"


def find(question: str, participant: Participant) -> Reply:
    """The reply to a question. Searches: to be called in the search's thread."""
    try:
        result = faq.find(
            [rules.question(question)],
            assistants.categories(assistants.default()),
            conversation=participant.key,
        )
    except Error:
        raise
    except Exception as error:
        logger.exception("a device's search failed")
        return Reply(Outcome.FAILED, NOBODY_KNOWS, {}, {"error": type(error).__name__})
    return _best(result) or Reply(Outcome.TEMPLATE, NOBODY_KNOWS, {}, faq.evidence(result))


def _best(result: Result) -> Reply | None:
    """The FAQ's best answer, where the search found any worth a mention."""
    if result.band == "suggest":
        chosen = faq.from_choice(result.hits[0].entry_id)
        return chosen and chosen.because(**faq.evidence(result))
    return faq.from_result(result)


def entries(
    participant: Participant, question: str, client_id: str, reply: Reply
) -> tuple[Entry, Entry]:
    """The question and its answer, in the device's conversation with the desk.

    Where nothing was found the question waits there for a person. Reads the database.
    """
    desk = help_desk(participant)
    asked: dict[str, int] = {}
    is_answered = reply.outcome == Outcome.ANSWER

    def put(conversation: Locked, seq: int) -> None:
        asked["seq"] = seq
        if not is_answered:
            desk.effect(conversation, seq)
            return
        desk.seated(conversation, seq)
        wrote_to_desk(conversation, seq)
        if conversation.status == Status.RESOLVED:
            conversation.status, conversation.assignee_id = Status.BOT.value, None

    def answered(conversation: Locked, seq: int) -> None:
        _record(conversation.id, asked.get("seq", seq - 1), question, seq, reply)

    client_id = client_id or f"server-{uuid4().hex}"
    said = from_device(participant, desk.conversation_id, question, client_id, put)
    said.data = {"question": True}
    answer = bot_message(
        desk.conversation_id,
        reply.body,
        derived_client_id(f"bot:{participant.key}:", client_id),
        guard=_may_always,
        effect=answered,
        data=reply.data or None,
        evidence={**reply.evidence, "outcome": reply.outcome.value},
    )
    return said, answer


def _may_always(conversation: Locked, entry: Entry) -> None:
    """A question of a device is meant for the bot."""


def _record(conversation_id: int, question_seq: int, text: str, seq: int, reply: Reply) -> None:
    now = timezone.now()
    recorded: dict[str, Any] = {
        "token": uuid4().hex,
        "leased_until": now,
        "finished_at": now,
        "outcome": reply.outcome,
        "question": text,
        "evidence": reply.evidence,
        "reply_seq": seq,
        "entry_id": reply.entry_id,
        **searched(reply.evidence.get("search") or {}),
    }
    BotTurn.objects.update_or_create(
        conversation_id=conversation_id, question_seq=question_seq, defaults=recorded
    )
