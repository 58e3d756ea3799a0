from django.db import models
from django.db.models import Q
from django.utils import timezone


class Reading(models.TextChoices):
    """How far the reading of the text in a picture is."""

    NONE = "none", "not to be read"
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


class Attachment(models.Model):
    """A picture that somebody has uploaded into a conversation.

    It belongs to nobody's message until `message_seq` says so, which the log writes with the
    message; what no message has taken after a day is deleted. The files are found by `key`, which
    is random: chat.images.store.
    """

    key = models.CharField(max_length=32, unique=True)
    conversation = models.ForeignKey(
        "chat.Conversation", models.CASCADE, related_name="attachments"
    )
    uploader_key = models.CharField(max_length=80, help_text="The author_key of who uploaded it.")
    message_seq = models.PositiveBigIntegerField(null=True, blank=True)
    agents_only = models.BooleanField(default=False, help_text="It belongs to a note.")
    media_type = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    small_width = models.PositiveIntegerField()
    small_height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField(help_text="Of both files.")
    created_at = models.DateTimeField(default=timezone.now)

    reading = models.CharField(max_length=8, choices=Reading, default=Reading.NONE)
    reading_since = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True, default="", help_text="What the picture says, in lines.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["uploader_key", "created_at"], name="attachment_quota"),
            models.Index(
                fields=["created_at"], condition=Q(message_seq=None), name="attachment_unused"
            ),
            models.Index(
                fields=["id"],
                condition=Q(reading__in=("waiting", "reading")),
                name="attachment_to_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.conversation_id}"

    @property
    def is_being_read(self) -> bool:
        return self.reading in (Reading.WAITING, Reading.READING)

    @property
    def url(self) -> str:
        """Where those who see the conversation get it; the small one lies beside it."""
        return f"/images/{self.key}/"

    def as_frame(self) -> dict[str, object]:
        """The IMAGE object of docs/protocol.md."""
        return {
            "id": self.key,
            "url": self.url,
            "width": self.width,
            "height": self.height,
            "thumbnail": f"{self.url}small/",
            "thumbnail_width": self.small_width,
            "thumbnail_height": self.small_height,
        }
