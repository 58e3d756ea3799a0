from django.db import models
from django.utils import timezone


class Outcome(models.TextChoices):
    ANSWER = "answer"
    SUGGEST = "suggest"
    SMALL_TALK = "small_talk"
    GENERATED = "generated"
    TEMPLATE = "template"
    HANDOFF = "handoff"
    FAILED = "failed"
    DROPPED = "dropped"


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

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "question_seq"], name="one_turn_a_question"
            ),
        ]

    def __str__(self) -> str:
        return f"turn {self.pk} in {self.conversation_id}"
