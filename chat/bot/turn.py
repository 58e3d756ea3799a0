"""The bot's turn: what to say now, and saying it once.

Rules, then the FAQ, then the model. `quick_reply` needs milliseconds and no model; what it
leaves open goes to `model_reply`, which may take seconds and asks `stop` while it writes.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import Error

from chat import assistants
from chat.actions.handoff import to_queue
from chat.actions.messages import bot_message, post_message_and_wait
from chat.bot import (
    choices,
    claims,
    faq,
    guard,
    handoff,
    language_model,
    next_steps,
    pictures,
    prompt,
    rules,
    sentiment,
    shadow,
    voice,
    wishes,
    writing,
)
from chat.bot.claims import Turn
from chat.bot.reply import Reply
from chat.errors import Conflict
from chat.log import Entry, Locked
from chat.log.entries import Guard
from chat.models.assistant import Task
from chat.models.bot_turn import Outcome
from faq.search import Result

logger = logging.getLogger(__name__)

# Small talk that says how somebody feels, to whoever is asked that.
FEELINGS = ("thanks", "fine")
# Replies that say nothing on the assistant's subject.
WITHOUT_NOTICE = (Outcome.SMALL_TALK, Outcome.HANDOFF, Outcome.FAILED)


def quick_reply(turn: Turn) -> "Reply | Result":
    """The reply that rules or the FAQ give, or the search result that is for the model."""
    try:
        found = _by_rules(turn) or _unless_hopeless(turn, _by_search(turn))
    except Error:
        raise  # without its database the bot can say nothing: later, or another worker
    except Exception as error:
        logger.exception("turn %d: the search failed", turn.id)
        found = voice.failed(error)
    return settle(turn, found) if isinstance(found, Reply) else found


def _by_rules(turn: Turn) -> Reply | None:
    is_heeded = turn.assistant.heeds_emergencies
    if is_heeded and any(rules.is_emergency(text) for text in turn.texts):
        return handoff.reply("emergency")
    if turn.choice is None:
        turn.choice = _typed_choice(turn)
    if turn.choice is not None:
        return faq.from_choice(turn.choice) or voice.honest_template("none of the suggestions")
    if any(wishes.asks_for_person(text) for text in turn.texts):
        return handoff.reply("asked")
    # "Help!" beside a picture is about the picture.
    kind = None if turn.pictures else rules.small_talk(turn.question)
    if turn.assistant.task == Task.SENTIMENT:
        return voice.small_talk(kind, turn.assistant) if kind and kind not in FEELINGS else None
    if turn.previous and not turn.pictures and rules.is_in_vain(turn.question):
        return voice.in_vain()
    return voice.small_talk(kind, turn.assistant) if kind else None


def _typed_choice(turn: Turn) -> int | None:
    """The entry that was meant by words ("the second one") after "did you mean"."""
    if turn.previous != Outcome.SUGGEST or len(turn.texts) != 1:
        return None
    suggested = claims.suggested_before(turn)
    place = choices.typed(turn.question, [one["title"] for one in suggested]) if suggested else None
    return suggested[place - 1]["entry"] if place else place


def _unless_hopeless(turn: Turn, found: "Reply | Result") -> "Reply | Result":
    """What was found; where the model could say nothing that may go out, the honest template."""
    if isinstance(found, Reply) or writing.could_help(turn.question, prompt.notes(found.hits)):
        return found
    return voice.honest_template("nothing near").because(**faq.evidence(found))


def _by_search(turn: Turn) -> "Reply | Result":
    if turn.assistant.task == Task.SENTIMENT and turn.texts:
        return _by_sentiment(turn)
    return _by_picture(turn) if turn.pictures or not turn.texts else _by_faq(turn)


def _by_sentiment(turn: Turn) -> Reply:
    """How the text sounds, unless it is surely a question about that."""
    own = assistants.categories(turn.assistant)
    result = faq.find([turn.question], own, lang=turn.languages)
    about = faq.from_result(result) if result.band == "answer" else None
    # Without the search: a text that is no question leaves no gap in the FAQ.
    return about or sentiment.reply(turn.question)


def _by_faq(turn: Turn) -> "Reply | Result":
    # The last message alone too: those before it may have been about something else.
    ways = [rules.question(turn.question), rules.question(turn.texts[-1])]
    previous = [rules.question(text) for text in claims.answered_before(turn)]
    # A Dialogflow agent knows the desk's own subjects, and none of another assistant's.
    has_own = assistants.has_own_categories(turn.assistant)
    result = faq.find(
        list(dict.fromkeys(ways)),
        assistants.categories(turn.assistant),
        previous=previous,
        conversation="" if has_own else f"conversation:{turn.conversation_id}",
        lang=turn.languages,
    )
    return faq.from_result(result) or result


def _by_picture(turn: Turn) -> "Reply | Result":
    """As _by_faq, with what the pictures say; what that is goes into the evidence."""
    read = pictures.text(turn)
    said = "" if rules.small_talk(turn.question) else rules.question(turn.question)
    ways = pictures.ways(said, read)
    if not ways:
        return voice.nothing_read().because(picture=read)
    result = faq.find_surest(ways, assistants.categories(turn.assistant), turn.languages)
    reply = faq.from_result(result)
    if reply is None and not said:
        reply = voice.nothing_found().because(**faq.evidence(result))
    return reply.because(picture=read) if reply else result


def model_reply(turn: Turn, result: Result, stop: Callable[[], bool]) -> Reply | None:
    """The guarded reply of the language model, or what is said instead; None once stopped
    before anything was shown."""
    notes = prompt.notes(result.hits)
    try:
        said = writing.written(turn, notes, stop)
    except language_model.Unavailable as missing:
        logger.info("turn %d: no language model: %s", turn.id, missing)
        return settle(turn, voice.honest_template(str(missing)).because(**faq.evidence(result)))
    except Error:
        raise
    except Exception as error:
        logger.exception("turn %d: the language model failed", turn.id)
        failed = settle(turn, voice.failed(error).because(**faq.evidence(result)))
        return below_what_was_shown(turn, result, notes, failed)
    if stop():
        return generated(turn.shown, result, notes, {"wrote": said[:600]}) if turn.shown else None
    return settle(turn, judged(turn, result, notes, said))


def judged(turn: Turn, result: Result, notes: list[str], said: str) -> Reply:
    """The model's words where the guard lets them out, else the honest template."""
    judgement = guard.judge(said, notes, turn.question, writing.similarity)
    model = {"wrote": said[:600], "guard": judgement.reason or "passed"}
    if text := judgement.text or turn.shown:
        return generated(text, result, notes, model)
    template = voice.honest_template(f"guard: {judgement.reason}")
    return template.because(**faq.evidence(result), model=model)


def generated(text: str, result: Result, notes: list[str], model: dict[str, str]) -> Reply:
    """A reply that the model wrote from the entries nearest to the question."""
    sources = [
        {"entry": hit.entry_id, "title": hit.title, "link": hit.link}
        for hit in result.hits[: len(notes)]
    ]
    data = {"generated": True, "sources": sources, "offer_person": True}
    return Reply(Outcome.GENERATED, text, data, {**faq.evidence(result), "model": model})


def below_what_was_shown(turn: Turn, result: Result, notes: list[str], failed: Reply) -> Reply:
    """What a failure makes the bot say, below what the customer has read by then."""
    if not turn.shown:
        return failed
    begun = generated(turn.shown, result, notes, {})
    body = f"{turn.shown}\n\n{failed.body}"
    return replace(failed, body=body, data={**begun.data, **failed.data})


def settle(turn: Turn, reply: Reply) -> Reply:
    """The reply, or a handoff where it would be the second miss or failure in a row."""
    has_missed = turn.previous in (Outcome.TEMPLATE, Outcome.FAILED)
    # A draft that nobody saw was no miss, and a person comes anyway.
    if not reply.is_miss or not has_missed or turn.assistant.is_shadow:
        return reply
    failed = reply.outcome == Outcome.FAILED
    instead = handoff.reply("second_failure" if failed else "second_miss")
    return instead.because(**reply.evidence)


class TurnIsOver(Conflict):
    """A person has the conversation, or another worker the turn."""


def post(turn: Turn, reply: Reply) -> bool:
    """Says the reply, or drafts it for agents, if the bot still has the conversation and this
    worker its turn.

    In one transaction with the turn's record. False where it was dropped. Raises Refused or a
    database error where it could not be stored: the lease runs out, and it is tried again.
    """

    say = _draft if turn.assistant.is_shadow else _say
    try:
        return say(turn, reply)
    except TurnIsOver:
        drop(turn, claims.why_not(turn) or "lost")
        return False


def _draft(turn: Turn, reply: Reply) -> bool:
    shadow.post(turn, reply, _still_ours(turn), with_notice(turn, reply))
    return True


def _still_ours(turn: Turn) -> Guard:
    def guard(conversation: Locked, entry: Entry) -> None:
        if not claims.is_ours(conversation, turn):
            raise TurnIsOver("taken", "The bot does not have this turn any more.")

    return guard


def _say(turn: Turn, reply: Reply) -> bool:
    def done(conversation: Locked, seq: int) -> None:
        if reply.outcome == Outcome.HANDOFF:
            to_queue(conversation, seq)
        else:
            conversation.bot_seq = turn.question_seq
        claims.finish(turn, reply.outcome, reply.evidence, seq, reply.entry_id)

    entry = bot_message(
        turn.conversation_id,
        reply.body,
        turn.client_id,
        guard=_still_ours(turn),
        effect=done,
        data=with_notice(turn, reply) or None,
        evidence={**reply.evidence, "outcome": reply.outcome.value, "turn": turn.id},
    )
    receipt = post_message_and_wait(entry)
    next_steps.note(turn, reply)
    return not receipt.was_there


def with_notice(turn: Turn, reply: Reply) -> dict[str, Any]:
    """The reply's data, with what the assistant says below each of its answers."""
    if not turn.assistant.notice or reply.outcome in WITHOUT_NOTICE:
        return reply.data
    return {**reply.data, "notice": turn.assistant.notice}


def drop(turn: Turn, reason: str) -> None:
    """Ends the turn without a word."""
    claims.finish(turn, Outcome.DROPPED, {"dropped": reason}, None)
