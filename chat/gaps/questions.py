"""The questions that the FAQ did not answer, or not well: the record of bot turns, read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from chat.models import BotTurn
from chat.models.bot_turn import Feedback, NextStep, Outcome
from faq.models import wording_key

MOST_TURNS = 2000  # the newest; more are for a shorter period
NOT_HELPED = (NextStep.ASKED_AGAIN, NextStep.PERSON)

DISLIKED = "thumbs down"
MISSED = "no answer"
UNSURE = "unsure"
ASKED_ON = "asked on"


@dataclass(frozen=True)
class Turn:
    """One time that a question was asked; `question_seq` is its place in its conversation,
    `languages` what the customer's browser asked for, `assistant_id` whom they asked."""

    id: int
    conversation_id: int
    question_seq: int
    text: str
    why: str
    asked_at: datetime
    languages: str = ""
    assistant_id: int | None = None


@dataclass
class Question:
    """The same words, however often they were asked; `turns` newest first."""

    text: str
    turns: list[Turn] = field(default_factory=list)

    @property
    def newest(self) -> Turn:
        return self.turns[0]

    @property
    def key(self) -> str:
        """The ids of its turns: what a page that showed it sends back."""
        return ",".join(str(turn.id) for turn in self.turns)

    @property
    def whys(self) -> dict[str, int]:
        """{why it is here: how often}."""
        return tally(self.turns)


def tally(turns: Iterable[Turn]) -> dict[str, int]:
    found: dict[str, int] = {}
    for turn in turns:
        found[turn.why] = found.get(turn.why, 0) + 1
    return found


def unanswered() -> QuerySet[BotTurn]:
    """Turns that are a gap: missed, unsure and nothing chosen, answered in vain, disliked."""
    missed = Q(band="none")
    unsure = Q(band="suggest") & ~Q(next_step=NextStep.CHOSE)
    in_vain = Q(outcome=Outcome.ANSWER, next_step__in=NOT_HELPED)
    disliked = Q(feedback=Feedback.DOWN)
    return BotTurn.objects.filter(missed | unsure | in_vain | disliked).exclude(
        Q(feedback=Feedback.UP) | Q(outcome=Outcome.DROPPED) | Q(question="")
    )


def open_turns(since: datetime | None) -> list[Turn]:
    """The newest of them that nobody has closed, since a time or ever."""
    rows = unanswered().filter(gap=None)
    return read(rows.filter(started_at__gte=since) if since else rows)


def still_open(keys: Sequence[str]) -> list[Question]:
    """The questions of these keys, in their order, as far as nobody has closed them since.

    Whatever was asked since, in the same words too, is not among them.
    """
    places = {turn: place for place, key in enumerate(keys) for turn in turn_ids(key)}
    found = distinct(read(unanswered().filter(gap=None, pk__in=list(places))))
    return sorted(found, key=lambda question: min(places[turn.id] for turn in question.turns))


def turn_ids(key: str) -> set[int]:
    """The ids in a question's key; of anything else, none."""
    return {int(part) for part in key.split(",") if part.isdecimal() and len(part) < 19}


def read(rows: QuerySet[BotTurn]) -> list[Turn]:
    columns = ("id", "conversation_id", "question_seq", "question", "band", "feedback")
    newest = rows.order_by("-started_at", "-id").values_list(
        *columns, "evidence__search__question", "started_at", "conversation__languages", "assistant"
    )
    return [
        Turn(pk, talk, seq, _plain(searched or said), _why(band, feedback), *circumstances)
        for pk, talk, seq, said, band, feedback, searched, *circumstances in newest[:MOST_TURNS]
    ]


def distinct(turns: Sequence[Turn]) -> list[Question]:
    """The turns by their words; the order is that of the turns."""
    found: dict[str, Question] = {}
    for turn in turns:
        key = wording_key(turn.text).strip(" ?!.,")
        if key:
            found.setdefault(key, Question(turn.text)).turns.append(turn)
    return list(found.values())


def _plain(text: str) -> str:
    return " ".join(str(text).split())


def _why(band: str, feedback: str) -> str:
    if feedback == Feedback.DOWN:
        return DISLIKED
    return {"none": MISSED, "suggest": UNSURE}.get(band, ASKED_ON)
