"""What customers asked, as the bot's turns recorded it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from chat.models import BotTurn, Conversation
from chat.models.bot_turn import Outcome
from faq.models import Category, Entry, Phrasing
from faq.search.process import Knowledge

Asked = Callable[..., BotTurn]
OUTCOMES = {"none": Outcome.TEMPLATE, "suggest": Outcome.SUGGEST, "answer": Outcome.ANSWER}


@pytest.fixture(autouse=True)
def _fresh_knowledge(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A search that knows nothing of the test before."""
    fresh = Knowledge()
    for place in ("faq.search.knowledge", "chat.gaps.groups.knowledge"):
        monkeypatch.setattr(place, fresh)
    yield
    fresh.settle()


@pytest.fixture
def asked(alice) -> Asked:
    """asked("how do i …", band="suggest", …): a turn of the bot's in Alice's conversation."""
    conversation = alice.conversation

    def record(question: str, band: str = "none", **turn: Any) -> BotTurn:
        where: Conversation = turn.pop("conversation", conversation)
        now = timezone.now()
        recorded = {
            "question_seq": 1 + BotTurn.objects.filter(conversation=where).count(),
            "token": str(BotTurn.objects.count()),
            "leased_until": now,
            "started_at": now,
            "finished_at": now,
            "outcome": OUTCOMES.get(band, ""),
            "evidence": {"search": {"question": question, "band": band}} if band else {},
        }
        return BotTurn.objects.create(
            conversation=where, question=question, band=band, **recorded | turn
        )

    return record


@pytest.fixture
def wifi(db) -> Entry:
    """An entry that is published, with one wording."""
    category = Category.objects.create(name="Network", slug="network")
    entry = Entry.objects.create(title="Connect to Wi-Fi", category=category, answer="Choose it.")
    Phrasing.objects.create(entry=entry, text="how do i get on wifi")
    return entry
