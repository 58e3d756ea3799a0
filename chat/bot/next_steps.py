"""What the customer did after a reply of the bot's, noted with that reply when it shows.

The first of these counts, within ten minutes of the reply:

- asked for a person, by words (the button is noted by chat.actions.handoff);
- chose one of the suggestions;
- asked again: chose none of them, said that it did not help, or wrote a question that means the
  same, or any question after a reply that was of no use;
- went on to something else.

Small talk ("thanks") is none of them.
"""

import logging

from chat.bot import voice
from chat.bot.claims import Turn
from chat.bot.reply import MISSES, Reply
from chat.models import BotTurn
from chat.models.bot_turn import NextStep, Outcome
from faq.search.embeddings import ModelMissing, embed

logger = logging.getLogger(__name__)
SAME_MEANING = 0.6  # cosine of two questions from which they ask the same


def note(turn: Turn, reply: Reply) -> None:
    """Notes with the reply before what this turn's question says about it. Best effort."""
    try:
        waiting = BotTurn.waiting_for_next_step(turn.conversation_id)
        between = {"question_seq__gt": turn.began_seq, "question_seq__lt": turn.question_seq}
        before = waiting.filter(**between).first()
        step = before and _step(before, turn, reply)
        if before and step:
            BotTurn.objects.filter(pk=before.pk, next_step="").update(next_step=step)
    except Exception:
        logger.warning("turn %d: the next step was not noted", turn.id, exc_info=True)


def _step(before: BotTurn, turn: Turn, reply: Reply) -> NextStep | None:
    if reply.outcome == Outcome.SMALL_TALK:
        return None
    if reply.evidence.get("handoff") in ("asked", "emergency"):
        return NextStep.PERSON
    if turn.choice is not None:
        return NextStep.CHOSE if turn.choice else NextStep.ASKED_AGAIN
    is_in_vain = reply.evidence.get("template") == voice.IN_VAIN
    if is_in_vain or before.outcome in MISSES or _same_meaning(before.question, turn.question):
        return NextStep.ASKED_AGAIN
    return NextStep.WENT_ON


def _same_meaning(one: str, other: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    try:
        vectors = embed([one, other])
    except ModelMissing:
        return False
    return float(vectors[0] @ vectors[1]) >= SAME_MEANING
