"""What becomes of one intent: an entry a language, and notes on what does not fit into one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from faq.importers.dialogflow.records import Intent, Message, Phrase
from faq.models import LONGEST_ANSWER, LONGEST_WORDING, is_storable, wording_key

SEPARATOR = re.compile(r"[./:_](?=\S)")

# By language, main language first.
Phrases = Mapping[str, Sequence[Phrase]]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not taken over: what, and in which intent or file."""

    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. `titles` are tried in this order until one is free; `unsure` says why a
    person should look at it before customers see it."""

    origin: str
    lang: str
    titles: tuple[str, ...]
    answer: str
    wordings: tuple[str, ...]
    unsure: tuple[str, ...]


def prefix(name: str) -> str:
    """Return the part before the name's first separator, as "network" of "network.wifi"."""
    first, separator, _ = _split(name)
    return first if separator else ""


def take_over(intent: Intent, phrases: Phrases, main: str) -> Iterator[Draft | Note]:
    """Yield the entries that `intent` makes, and notes on what it has beside them.

    `main` is the agent's main language: that of messages which name none.
    """
    if intent.fallback_intent:
        yield Note("fallback intents (a question without an answer is a miss here)", intent.name)
        return
    yield from _notes(intent)
    languages = dict.fromkeys([main, *phrases, *(_lang(one, main) for one in intent.messages)])
    found = 0
    for lang in languages:
        mine = [one for one in intent.messages if _lang(one, main) == lang]
        told, wordings = _answer(mine), _wordings(phrases.get(lang, ()))
        yield from _language_notes(intent, lang, mine, phrases.get(lang, ()))
        if not told and not wordings:
            continue
        found += 1
        if reason := _reason_against(told, wordings):
            yield Note(f"{reason} ({lang})", intent.name)
            continue
        yield Draft(
            _origin(intent, lang),
            lang,
            _titles(intent.name, wordings, lang, is_main=lang == main),
            told,
            tuple(wordings),
            tuple(_doubts(intent, told)),
        )
    if not found:
        yield Note("intents without text responses and training phrases", intent.name)


def _lang(message: Message, main: str) -> str:
    return (message.lang or main).lower()


def _answer(messages: Iterable[Message]) -> str:
    """The texts that Dialogflow would say one after the other, where each has one wording.

    Those for every platform; those of the first platform only where there are no others.
    """
    told = [message for message in messages if message.texts]
    platforms = dict.fromkeys(message.platform or "" for message in told)
    wanted = "" if "" in platforms else next(iter(platforms), "")
    return "\n\n".join(one.texts[0] for one in told if (one.platform or "") == wanted)


def _wordings(phrases: Iterable[Phrase]) -> list[str]:
    texts = {wording_key(one.text): one.text for one in phrases if _is_wording(one)}
    return list(texts.values())


def _is_wording(phrase: Phrase) -> bool:
    text = phrase.text
    return (
        not phrase.is_template
        and len(text) <= LONGEST_WORDING
        and is_storable(text)
        and bool(re.search(r"\w", text))
    )


def _reason_against(answer: str, wordings: Sequence[str]) -> str:
    if not answer:
        return "intents without a text response"
    if not wordings:
        return "intents without training phrases"
    if len(answer) > LONGEST_ANSWER:
        return f"answers of more than {LONGEST_ANSWER:,} characters"
    if not is_storable(answer):
        return "answers with control characters"
    return ""


def _doubts(intent: Intent, answer: str) -> Iterator[str]:
    """Why the answer, said at any time and word for word, may be wrong."""
    if intent.contexts:
        yield f"asked only in the context {', '.join(intent.contexts)}"
    if used := [name for name in intent.parameters if _fills_in(answer, f"${name}")]:
        yield f"the answer fills in ${', $'.join(used)}"
    contexts = [*(intent.contexts or []), *intent.output_contexts]
    if used := [name for name in dict.fromkeys(contexts) if _fills_in(answer, f"#{name}")]:
        yield f"the answer fills in from #{', #'.join(used)}"
    if intent.webhook_used:
        yield "the answer came from the webhook"


def _fills_in(answer: str, reference: str) -> bool:
    return bool(re.search(rf"{re.escape(reference)}(?![\w-])", answer, re.IGNORECASE))


def _notes(intent: Intent) -> Iterator[Note]:
    """What an entry has no place for, whatever the language."""
    for what, named in (
        ("parameters", intent.parameters),
        ("contexts set by an answer", intent.output_contexts),
        ("events", [event.name or "" for event in intent.events or []]),
        ("webhook calls", [""] if intent.webhook_used else []),
    ):
        if named:
            listed = ", ".join(name for name in named if name)
            yield Note(what, f"{intent.name} ({listed})" if listed else intent.name)


def _language_notes(
    intent: Intent, lang: str, messages: Sequence[Message], phrases: Sequence[Phrase]
) -> Iterator[Note]:
    if rich := dict.fromkeys(one.rich for one in messages if one.rich):
        yield Note("rich messages", f"{intent.name} ({lang}: {', '.join(rich)})")
    if others := sum(len(one.texts) - 1 for one in messages if one.texts):
        yield Note("other wordings of an answer", f"{intent.name} ({lang}: {others})")
    if dropped := sum(not _is_wording(one) for one in phrases):
        yield Note(
            "training phrases that are templates, too long or without a word",
            f"{intent.name} ({lang}: {dropped})",
        )


def _titles(name: str, wordings: Sequence[str], lang: str, *, is_main: bool) -> tuple[str, ...]:
    """What may stand over the answer, best first: people see it, and it is searched.

    A name of several words was written for people; "faq_wifi_2" was not.
    """
    _, _, rest = _split(name)
    readable = " " in rest and not SEPARATOR.search(rest)
    marked = f"{rest[: LONGEST_WORDING - 12]} ({lang})"
    ways = [rest, wordings[0], marked] if readable and is_main else [wordings[0], marked]
    return tuple(way for way in ways if len(way) <= LONGEST_WORDING)


def _split(name: str) -> tuple[str, str, str]:
    """A name as what stands before its first separator, the separator, and the rest."""
    name = " ".join(name.split())
    found = SEPARATOR.search(name, 1)
    if found is None:
        return "", "", name
    return name[: found.start()].strip(), found.group(), name[found.end() :].strip()


def _origin(intent: Intent, lang: str) -> str:
    """By what the next import knows this entry again, whatever its title is by then."""
    known_by = intent.id or f"name:{intent.name}"
    return f"dialogflow:{lang}:{hashlib.sha256(known_by.encode()).hexdigest()[:32]}"
