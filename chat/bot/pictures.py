"""What the customer's pictures say, as something to search the FAQ with.

It is the text of somebody's screen, and whoever made that picture is nobody's customer: it is
searched with, and shown to agents. It is no wish for a person, no emergency, no choice and no part
of the language model's prompt.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from chat.models import Attachment, Message

if TYPE_CHECKING:
    from chat.bot.claims import Turn

PATIENCE = timedelta(seconds=20)  # from the question; then the bot goes on without
MOST_WORDS = 48  # of one way to ask; a question has no more
SHORTEST = 3  # letters of a line that says something

CODE = re.compile(
    r"\b(?:0x[0-9a-f]{4,8}|[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+|[A-Z]{2,}\d{2,}|\d{3,5})\b"
)
TROUBLE = re.compile(
    r"\b(?:error|fail(?:ed|ure|s)?|cannot|can['’]?t|could ?n[o'’]t|unable|not|denied|invalid"
    r"|incorrect|wrong|expired|locked|unavailable|refused|blocked|full|exceeded|missing|lost"
    r"|problem|offline|timed? ?out|no longer|too (?:many|large)|try again)\b",
    re.IGNORECASE,
)


def of(messages: Iterable[Message]) -> list[Attachment]:
    """The pictures of these messages; without any, the database is not asked."""
    shown = [(message.data or {}).get("attachments", ()) for message in messages]
    keys = [one["id"] for attachments in shown for one in attachments]
    return list(Attachment.objects.filter(key__in=keys)) if keys else []


def are_being_read(turn: "Turn") -> bool:
    """Whether it is worth waiting for what the turn's pictures say."""
    if not any(picture.is_being_read for picture in turn.pictures):
        return False
    return timezone.now() < turn.asked_at + PATIENCE


def text(turn: "Turn") -> str:
    """What the turn's pictures say, line by line; "" where nothing was read."""
    return "\n".join(picture.text for picture in turn.pictures if picture.text)


def ways(said: str, read: str) -> list[str]:
    """Ways to ask the FAQ with the customer's words and the text of the pictures, best first.

    An error's sentence is mostly in a line or two among menus and buttons: these lines, with the
    line above them (a title), are a way of their own.
    """
    lines = [line for line in read.splitlines() if len(re.findall(r"[^\W\d_]", line)) >= SHORTEST]
    trouble = [line for line in lines if TROUBLE.search(line) or CODE.search(line)]
    found = [
        _short([said, *trouble]),
        _short(trouble),
        *(_short([line]) for line in trouble[:4]),
        _short([said, *lines]),
    ]
    return [way for way in dict.fromkeys(found) if way]


def _short(lines: list[str]) -> str:
    return " ".join(" ".join(filter(None, lines)).split()[:MOST_WORDS])
