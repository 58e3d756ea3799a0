from django.db import models
from django.utils import timezone


class Contact(models.Model):
    """What a customer has left: a name, an address to which answers go too.

    What agents wrote up to `settled_seq` needs no letter any more: it was read, or went out. A
    worker that writes one holds the row until `leased_until`.
    """

    conversation = models.OneToOneField(
        "chat.Conversation", models.CASCADE, related_name="contact", primary_key=True
    )
    name = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    settled_seq = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            # Most who leave something leave an address; those who do not are never swept.
            models.Index(
                fields=["leased_until"], condition=~models.Q(email=""), name="contact_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"contact of {self.conversation_id}"


class ReturnLink(models.Model):
    """A way back into a conversation, sent to an address: it opens once, until it expires."""

    conversation = models.ForeignKey(
        "chat.Conversation", models.CASCADE, related_name="return_links"
    )
    email = models.EmailField()
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="return_link_created")]

    def __str__(self) -> str:
        return f"link {self.pk} into {self.conversation_id}"
