"""What the language model is given: who it is, the nearest entries, the talk so far."""

from collections.abc import Sequence

from django.conf import settings

from chat.models import Message
from chat.models.message import AuthorKind
from faq.search import Hit

ROLES = {
    str(AuthorKind.CUSTOMER): "user",
    str(AuthorKind.BOT): "assistant",
    str(AuthorKind.AGENT): "assistant",
}
REMEMBERED = 6  # messages before the question
MOST_NOTES = 2
LONGEST_PART = 400  # characters of a note or message: what is read costs time before each reply


def messages(
    question: str, notes: Sequence[str], earlier: Sequence[Message], persona: str = ""
) -> list[dict[str, str]]:
    """[{"role", "content"}] for LanguageModel.generate; `earlier` is oldest first.

    Of this conversation and the notes alone, and in roles that what is written cannot change.
    """
    talk = [
        {"role": ROLES[message.author_kind], "content": message.body[:LONGEST_PART]}
        for message in earlier
        if message.author_kind in ROLES
    ]
    return [
        {"role": "system", "content": instructions(notes, persona)},
        *talk,
        {"role": "user", "content": question[:LONGEST_PART]},
    ]


def instructions(notes: Sequence[str], persona: str = "") -> str:
    """The system prompt: who the assistant is, in the admin's words, and what it may say."""
    lines = [
        persona or friendly(settings.HELPDESK_NAME),
        "Answer in one or two short sentences, in the words of these notes only.",
        *(f"- {note}" for note in notes),
    ]
    return "\n".join(lines)


def friendly(name: str) -> str:
    """Who an assistant is of whom no admin has said it."""
    return f"You are the friendly assistant of the {name}."


def notes(hits: Sequence[Hit]) -> list[str]:
    """The nearest entries as texts that a reply may repeat, each on a line of its own."""
    return [one_line(f"{hit.title}: {hit.answer}")[:LONGEST_PART] for hit in hits[:MOST_NOTES]]


def one_line(text: str) -> str:
    """The text without line breaks: no part of it looks like another note or instruction."""
    return " ".join(text.split())
