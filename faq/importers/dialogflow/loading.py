"""An agent's export into the FAQ, all of it or nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.db import transaction

from faq import history
from faq.importers.dialogflow.archive import AGENT, Archive
from faq.importers.dialogflow.records import Agent, Intent, Phrase
from faq.importers.dialogflow.taking_over import Note, prefix, take_over
from faq.importers.dialogflow.writing import Report, Writer
from faq.search import vectors
from faq.search.reading import read_items

LANG = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4})?"
USERSAYS = re.compile(rf"(?P<intent>.+)_usersays_(?P<lang>{LANG})\.json")


def import_agent(path: Path | str, *, category: str | None = None, dry_run: bool = False) -> Report:
    """Import the export of a Dialogflow ES agent; a second time it changes nothing.

    Entries go into the category of this name, otherwise by their intents' prefixes. Known
    again by their intent and language, they get the file's answer and new phrasings; title,
    category and whether they are published stay as an admin has left them, and so does what
    the file does not have. Raises Unreadable.
    """
    with Archive(path) as archive:
        agent = archive.read(AGENT, Agent)
        report = Report(notes=list(_other_files(archive)))
        intents = list(_intents(archive))
    results = [
        (intent, result)
        for intent, phrases in intents
        for result in take_over(intent, phrases, agent.language.lower())
    ]
    default = agent.display_name or Path(path).stem
    names = _category_names([intent for intent, _ in intents], default)
    with history.recorded("Imported from Dialogflow."):
        writer = Writer(report)
        for intent, result in results:
            if isinstance(result, Note):
                report.notes.append(result)
            else:
                writer.take(result, category or names[intent.name])
        writer.write()
        transaction.set_rollback(dry_run)
    if not dry_run:
        # After the transaction, which would lock others out for these seconds.
        vectors.warm([text for item in read_items() for text in item.texts])
    return report


def _intents(archive: Archive) -> Iterator[tuple[Intent, dict[str, list[Phrase]]]]:
    """Yield each intent with its training phrases by language."""
    phrases: dict[str, dict[str, list[Phrase]]] = defaultdict(dict)
    files = archive.json_files("intents")
    for file in files:
        if found := USERSAYS.fullmatch(file):
            phrases[found["intent"]][found["lang"].lower()] = archive.read(file, list[Phrase])
    for file in files:
        if USERSAYS.fullmatch(file):
            continue
        intent = archive.read(file, Intent)
        for message in intent.messages:
            if message.lang and not re.fullmatch(LANG, message.lang):
                raise archive.unreadable(f"{file}: {message.lang!r} is no language.")
        yield intent, phrases[file.removesuffix(".json")]


def _other_files(archive: Archive) -> Iterator[Note]:
    for file in archive.json_files("entities"):
        if not re.search(r"_entries_[\w-]+\.json$", file):
            yield Note("entity types", PurePosixPath(file).stem)
    for file in archive.json_files("."):
        if file not in (AGENT, "package.json"):
            yield Note("other files", file)


def _category_names(intents: list[Intent], default: str) -> dict[str, str]:
    """Return the category of each intent by its name: a prefix that several of them share,
    else the agent's own name."""
    shared = Counter(prefix(intent.name) for intent in intents if not intent.fallback_intent)
    return {
        intent.name: found if (found := prefix(intent.name)) and shared[found] > 1 else default
        for intent in intents
    }
