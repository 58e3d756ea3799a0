from datetime import timedelta

from django.db import models
from django.utils import timezone

# What the customer does later is not about this answer any more.
NEXT_STEP_WITHIN = timedelta(minutes=10)


class Outcome(models.TextChoices):
    ANSWER = "answer"
    SUGGEST = "suggest"
    SMALL_TALK = "small_talk"
    GENERATED = "generated"
    TEMPLATE = "template"
    HANDOFF = "handoff"
    FAILED = "failed"
    DROPPED = "dropped"


class Feedback(models.TextChoices):
    UP = "up", "helpful"
    DOWN = "down", "not helpful"


class NextStep(models.TextChoices):
    """What the customer did after the bot's reply; what comes first counts."""

    PERSON = "person", "asked for a person"
    CHOSE = "chose", "chose a suggestion"
    ASKED_AGAIN = "asked_again", "asked again"
    WENT_ON = "went_on", "went on to something else"


class Draft(models.TextChoices):
    """What became of a reply that was only a draft for agents."""

    OFFERED = "offered", "not sent"
    UNCHANGED = "unchanged", "sent unchanged"
    EDITED = "edited", "sent in other words"


class BotTurn(models.Model):
    """The bot's turn in a conversation: who works on it until when, and what came of it.

    A turn deals with every customer message up to `question_seq`. Until `finished_at` it
    belongs to the worker that holds `token`, and after `leased_until` to whoever claims it.
    """

    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="bot_turns")
    question_seq = models.PositiveBigIntegerField()
    token = models.CharField(max_length=32)
    leased_until = models.DateTimeField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    question = models.TextField(blank=True)
    evidence = models.JSONField(null=True, blank=True)
    milliseconds = models.FloatField(null=True, blank=True)
    reply_seq = models.PositiveBigIntegerField(null=True, blank=True)

    # From the evidence, to be found by: what the search said, and the entry that was sent.
    band = models.CharField(max_length=8, blank=True, default="", db_default="")
    confidence = models.FloatField(null=True, blank=True, help_text="Of the best hit, 0 to 1.")
    engine = models.CharField(max_length=40, blank=True, default="", db_default="")
    # The entry may go while its answer is on the way.
    entry = models.ForeignKey(
        "faq.Entry", models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )

    assistant = models.ForeignKey(
        "chat.Assistant", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    draft = models.CharField(
        max_length=10,
        choices=Draft,
        blank=True,
        default="",
        db_default="",
        help_text="Of a shadow assistant.",
    )

    # What came after.
    feedback = models.CharField(
        max_length=4, choices=Feedback, blank=True, default="", db_default=""
    )
    next_step = models.CharField(
        max_length=12, choices=NextStep, blank=True, default="", db_default=""
    )
    gap = models.ForeignKey(
        "chat.Gap", models.SET_NULL, null=True, blank=True, related_name="turns"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "question_seq"], name="one_turn_a_question"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="turn_started")]

    def __str__(self) -> str:
        return f"turn {self.pk} in {self.conversation_id}"

    @classmethod
    def answers(cls) -> models.QuerySet["BotTurn"]:
        """The turns whose reply claims to be an answer, which the customer may rate."""
        return cls.objects.filter(outcome__in=(Outcome.ANSWER, Outcome.GENERATED), draft="")

    @classmethod
    def waiting_for_next_step(cls, conversation_id: int) -> models.QuerySet["BotTurn"]:
        """The replies of the last minutes after which the customer has done nothing yet."""
        recent = timezone.now() - NEXT_STEP_WITHIN
        return (
            cls.objects.filter(
                conversation_id=conversation_id, next_step="", draft="", finished_at__gt=recent
            )
            .exclude(outcome__in=(Outcome.SMALL_TALK, Outcome.HANDOFF, Outcome.DROPPED))
            .order_by("-question_seq")
        )
