"""What the bot is about to say, and what became of the search behind it."""

from dataclasses import dataclass, field, replace
from typing import Any

from chat.models.bot_turn import Outcome

MISSES = frozenset({Outcome.TEMPLATE, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with its public `data` and, for agents only, its `evidence` (both JSON)."""

    outcome: Outcome
    body: str
    data: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def is_miss(self) -> bool:
        """Whether the customer got nothing of use; after two in a row a person is asked."""
        return self.outcome in MISSES

    @property
    def entry_id(self) -> int | None:
        """The FAQ entry whose answer this is, if it is one's: none of a Dialogflow intent's."""
        return (self.data.get("source") or {}).get("entry") or None

    def because(self, **evidence: Any) -> "Reply":
        """The same reply with more evidence."""
        return replace(self, evidence={**self.evidence, **evidence})
