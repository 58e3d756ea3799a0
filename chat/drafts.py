"""How often a shadow assistant's drafts go out unchanged, so that a team can let it speak."""

from dataclasses import asdict, dataclass

from django.db.models import Count, Exists, OuterRef, Q

from chat.frames import Frame
from chat.models import BotTurn, Message
from chat.models.bot_turn import Draft
from chat.models.message import AuthorKind, Visibility


@dataclass(frozen=True)
class Tally:
    """Drafts by what agents made of them; one that nobody has replied to yet is in none."""

    unchanged: int = 0
    edited: int = 0
    own_words: int = 0  # an agent has replied without it

    @property
    def decided(self) -> int:
        return self.unchanged + self.edited + self.own_words

    @property
    def words(self) -> str:
        """For people: "12 of 20 drafts sent unchanged (60 %)"."""
        if not self.decided:
            return "no drafts yet"
        share = round(100 * self.unchanged / self.decided)
        return f"{self.unchanged} of {self.decided} drafts sent unchanged ({share} %)"

    def frame(self) -> Frame:
        """As agents get it with the assistant: docs/protocol.md."""
        return {**asdict(self), "words": self.words}


def tally(assistant_id: int) -> Tally:
    """What became of the drafts that this assistant has made."""
    replied = Message.objects.filter(
        conversation=OuterRef("conversation"),
        author_kind=AuthorKind.AGENT,
        visibility=Visibility.ALL,
        seq__gt=OuterRef("reply_seq"),
    )
    made = BotTurn.objects.filter(assistant=assistant_id).exclude(draft="").order_by()
    counts = made.annotate(is_replied=Exists(replied)).aggregate(
        unchanged=Count("pk", filter=Q(draft=Draft.UNCHANGED)),
        edited=Count("pk", filter=Q(draft=Draft.EDITED)),
        own_words=Count("pk", filter=Q(draft=Draft.OFFERED, is_replied=True)),
    )
    return Tally(**counts)
