"""What an admin does about a gap: an entry of its own, wordings for another, or nothing."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from chat.gaps.questions import Question
from chat.models import BotTurn, Gap
from faq import history
from faq.models import LONGEST_WORDING, Entry, Phrasing, wording_key


class ClosedMeanwhile(Exception):
    """Somebody else closed all of these questions at the same moment; nothing was done."""


def make_entry(entry: Entry, questions: Sequence[Question], user: Any) -> Gap:
    """Saves a new entry with the questions as wordings, and closes them with it."""
    with history.recorded("Made from a gap.", user):
        entry.save()
        return _add(entry, questions, user)


def add_to_entry(entry: Entry, questions: Sequence[Question], user: Any) -> Gap:
    """Gives an entry those of the questions as wordings that it has not; closes them with it."""
    with history.recorded("Wordings added from a gap.", user):
        history.keep([entry.pk])
        return _add(entry, questions, user)


def _add(entry: Entry, questions: Sequence[Question], user: Any) -> Gap:
    known = {wording_key(entry.title), *entry.phrasings.values_list("key", flat=True)}
    for question in questions:
        key = wording_key(question.text)
        if key not in known and is_wording(question.text):
            known.add(key)
            Phrasing.objects.create(entry=entry, text=question.text)
    return _close(questions, user, entry=entry)


@transaction.atomic
def dismiss(questions: Sequence[Question], user: Any) -> Gap:
    """They are nothing for the FAQ; what means the same stays away."""
    return _close(questions, user, is_dismissed=True)


def reopen(gap: Gap) -> None:
    """Its questions are open again. What the entry has got from them, it keeps."""
    gap.delete()


def is_wording(text: str) -> bool:
    """Whether a question fits among an entry's wordings, as `Phrasing.clean` has them."""
    is_printable = all(ord(character) >= 32 for character in text)
    return len(text) <= LONGEST_WORDING and is_printable and bool(re.search(r"\w", text))


def _close(questions: Sequence[Question], user: Any, **how: Any) -> Gap:
    gap = Gap.objects.create(title=questions[0].text[:LONGEST_WORDING], closed_by=user, **how)
    turns = [turn.id for question in questions for turn in question.turns]
    if not BotTurn.objects.filter(pk__in=turns, gap=None).update(gap=gap):
        raise ClosedMeanwhile
    return gap
