"""How the bot's turns used an entry, for the FAQ's admin."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncWeek
from django.utils import timezone

from chat.models import BotTurn
from chat.models.bot_turn import Draft, Feedback, Outcome
from faq.usage import Week, monday


def weeks(entry_id: int, first: date) -> Iterator[Week]:
    """Yields the weeks since the Monday `first` in which the bot used the entry."""
    since = timezone.make_aware(datetime.combine(first, time.min))
    turns = BotTurn.objects.filter(started_at__gte=since).exclude(draft=Draft.OFFERED)
    sent = {row["week"].date(): row for row in _sent(turns, entry_id)}
    suggested = _suggested(turns, entry_id)
    for day in sent.keys() | suggested.keys():
        row = sent.get(day, {})
        counts = {name: row.get(name, 0) for name in ("answered", "chosen", "up", "down")}
        yield Week(day, suggested=suggested[day], **counts)


def _sent(turns: QuerySet[BotTurn], entry_id: int) -> Any:
    chosen = Q(evidence__has_key="choice")
    sent = turns.filter(entry_id=entry_id, outcome=Outcome.ANSWER).order_by()
    return (
        sent.annotate(week=TruncWeek("started_at"))
        .values("week")
        .annotate(
            answered=Count("pk", filter=~chosen),
            chosen=Count("pk", filter=chosen),
            up=Count("pk", filter=Q(feedback=Feedback.UP)),
            down=Count("pk", filter=Q(feedback=Feedback.DOWN)),
        )
    )


def _suggested(turns: QuerySet[BotTurn], entry_id: int) -> Counter[date]:
    """How often the entry was among the buttons, by Monday."""
    # Both databases find a text in their JSON; only one of them finds an object in a list.
    named = turns.annotate(text=Cast("evidence", TextField())).filter(
        outcome=Outcome.SUGGEST, text__contains=f'"entry_id": {entry_id},'
    )
    found: Counter[date] = Counter()
    for moment, evidence in named.values_list("started_at", "evidence").iterator():
        if evidence and entry_id in _buttons(evidence["search"]):
            found[monday(timezone.localtime(moment).date())] += 1
    return found


def _buttons(search: dict[str, Any]) -> list[int]:
    first, *rest = search["hits"]
    near = [hit for hit in rest if hit["confidence"] >= search["suggest_threshold"]]
    return [hit["entry_id"] for hit in (first, *near)]
