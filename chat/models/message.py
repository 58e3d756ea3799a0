from django.conf import settings
from django.db import models
from django.utils import timezone


class AuthorKind(models.TextChoices):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    DEVICE = "device"
    MEMBER = "member"
    SYSTEM = "system"


class Visibility(models.TextChoices):
    ALL = "all"
    AGENTS = "agents", "agents only"


class Message(models.Model):
    """One entry of a conversation's log. Written once, by chat.log, and never changed.

    `seq` counts from 1 without a gap in its conversation. `client_id` is the sender's own id of
    the message: the same one from the same author is the same message.
    """

    # The log writes a message under its conversation's lock: a constraint would check again,
    # row by row, what the lock has shown (a seventh of PostgreSQL's work for a message).
    conversation = models.ForeignKey(
        "chat.Conversation",
        models.CASCADE,
        related_name="messages",
        db_index=False,
        db_constraint=False,
    )
    seq = models.PositiveBigIntegerField()
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    author_key = models.CharField(max_length=80)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    author_name = models.CharField(max_length=150, blank=True, default="")
    client_id = models.CharField(max_length=64)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.ALL)
    body = models.TextField(blank=True)
    data = models.JSONField(null=True, blank=True, help_text="What goes with it, for everyone.")
    evidence = models.JSONField(null=True, blank=True, help_text="Why the bot said so.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["conversation_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(
                fields=["conversation", "author_key", "client_id"], name="message_client_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"
