from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# How far `active_at` may lie behind `updated_at`.
ACTIVE_STEP = timedelta(seconds=10)
LONGEST_LANGUAGES = 100


class Kind(models.TextChoices):
    SUPPORT = "support"
    DIRECT = "direct"
    GROUP = "group"
    FEED = "feed", "the announcements' own log"


class Status(models.TextChoices):
    BOT = "bot", "the bot answers"
    OPEN = "open", "with a person, or waiting for one"
    RESOLVED = "resolved"


class Conversation(models.Model):
    """What a customer and those who help them say to each other.

    `head_seq` is the number of the newest message, `version` rises with every change that
    somebody could see; both are written only by chat.log, under the row's lock.

    No index holds a column that every message changes, so that PostgreSQL updates the row in
    place (HOT) instead of in eight indexes: that is what `active_at` is for, which follows
    `updated_at` only now and then.
    """

    public_id = models.CharField(
        max_length=80, unique=True, help_text="Its id in agents' addresses (customer_id)."
    )
    visitor_key = models.CharField(max_length=64, blank=True, default="")
    label = models.CharField(max_length=64)
    subject = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Of a conversation shared by members.",
    )
    party = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="A number of the members' own records."
    )
    languages = models.CharField(
        max_length=LONGEST_LANGUAGES,
        blank=True,
        default="",
        db_default="",
        help_text="What the customer's browser asks for, best first: de-at,de,en.",
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SUPPORT)
    status = models.CharField(max_length=8, choices=Status, default=Status.BOT)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    assistant = models.ForeignKey(
        "chat.Assistant",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who the bot is here; none: the default assistant.",
    )
    head_seq = models.PositiveBigIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0)
    last_customer_seq = models.PositiveBigIntegerField(default=0)
    customer_messages = models.PositiveBigIntegerField(default=0)
    bot_seq = models.PositiveBigIntegerField(
        default=0, help_text="The newest customer message that the bot has dealt with."
    )
    bot_is_due = models.BooleanField(
        default=False, help_text="The bot has the conversation, and something to answer in it."
    )
    waiting_since = models.DateTimeField(null=True, blank=True)
    waited_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long the customer last waited for a person."
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(
        default=timezone.now, db_index=True, help_text="updated_at, some seconds behind."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visitor_key", "label"],
                condition=~Q(visitor_key=""),
                name="one_conversation_a_visitor_and_label",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "assignee", "-active_at"], name="conversation_lists"),
            models.Index(
                fields=["id"],
                condition=Q(bot_is_due=True),
                name="conversation_due",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_bot_active(self) -> bool:
        return self.status == Status.BOT

    @property
    def is_waiting(self) -> bool:
        """In the queue: a person was asked for and none has it yet."""
        return self.status == Status.OPEN and self.assignee_id is None
