from django.conf import settings
from django.db import models


class Role(models.TextChoices):
    """What somebody is in a shared conversation."""

    CUSTOMER = "customer"
    SELLER = "seller"
    BANK = "bank"
    OTHER = "other"


class Member(models.Model):
    """A lasting seat in a conversation, with marks that only ever rise.

    Only members of shared conversations have `email`, `role` and `unread`. Those have defaults in
    the database, because the log's marks make rows without naming them.
    """

    conversation = models.ForeignKey("chat.Conversation", models.CASCADE, related_name="members")
    key = models.CharField(max_length=80, help_text="The author_key of whoever sits here.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    is_agent = models.BooleanField(default=False)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    last_delivered_seq = models.PositiveBigIntegerField(default=0)
    read_customer_messages = models.PositiveBigIntegerField(
        default=0, help_text="How many of the customer's messages lie at or before last_read_seq."
    )
    email = models.CharField(max_length=254, blank=True, default="", db_default="")
    role = models.CharField(max_length=8, choices=Role, blank=True, default="", db_default="")
    unread = models.IntegerField(default=0, db_default=0, help_text="Messages of others, not read.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "key"], name="member_key"),
        ]
        indexes = [models.Index(fields=["key"], name="member_conversations")]

    def __str__(self) -> str:
        return f"{self.key} in {self.conversation_id}"
