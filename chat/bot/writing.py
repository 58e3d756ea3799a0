"""The language model's reply as it is written, shown sentence by sentence.

What is shown is judged already, in the context of what was shown before it, and is never taken
back: whatever comes of the rest, the message begins with it.
"""

from collections.abc import Sequence

from django.conf import settings

from chat import events
from chat.bot import claims, guard, language_model, prompt, quoting
from chat.bot.claims import Turn
from chat.bot.language_model import Options, Stop, Unavailable
from chat.models import Assistant
from faq.search.embeddings import ModelMissing


def could_help(question: str, notes: Sequence[str]) -> bool:
    """Whether any of what the model may repeat is about the question.

    Else nothing of what it wrote would be either, and nobody need wait for it: so it was with
    three of four unanswerable questions (bench/guard.py).
    """
    parts = [part for note in notes for part in (note, *quoting.sentences(note))]
    return any(guard.relevant(part, question, similarity) for part in parts)


def written(turn: Turn, notes: Sequence[str], stop: Stop) -> str:
    """What the model writes, until it ends, is stopped, or says what nobody told it.

    Meanwhile what may go out is shown, and kept as turn.shown. Raises Unavailable, or what the
    model fails with.
    """
    assistant = turn.assistant
    if not assistant.uses_model:
        raise Unavailable(f"{assistant.name} does without.")
    model = language_model.current()
    options = Options(assistant.longest_reply, assistant.temperature)
    earlier = claims.earlier_messages(turn, prompt.REMEMBERED)
    said = ""
    asked = prompt.messages(turn.question, notes, earlier, persona_of(assistant))
    for piece in model.generate(asked, stop=stop, options=options):
        if piece[:1].isspace() or said[-1:].isspace():  # a word is over
            if guard.is_lost(said, notes, turn.question):
                break
            show(turn, said, notes)
        said += piece
        if stop() or turn.milliseconds > settings.LANGUAGE_MODEL_SECONDS * 1000:
            break
    return said


def persona_of(assistant: Assistant) -> str:
    """The assistant's own system prompt, or one by its name."""
    return assistant.prompt.strip() or prompt.friendly(assistant.name)


def show(turn: Turn, said: str, notes: Sequence[str]) -> None:
    """Shows the whole sentences of what was written so far, where they pass the guard.

    A shadow assistant's are for agents alone, once it is done.
    """
    if turn.assistant.is_shadow:
        return
    whole = guard.whole_sentences(said)
    if len(whole) <= len(turn.shown):
        return
    passed = guard.judge(whole, notes, turn.question, similarity).text
    if passed:
        turn.shown = passed
        events.stream(turn.conversation_id, turn.client_id, passed)


def similarity(one: str, other: str) -> float | None:
    """The cosine of two texts; None without the embedding model."""
    try:
        return float(quoting.vector(one) @ quoting.vector(other))
    except ModelMissing:
        return None
