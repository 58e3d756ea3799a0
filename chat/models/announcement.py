import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def public_id() -> str:
    return secrets.token_hex(12)


class Form(models.TextChoices):
    BANNER = "banner", "a banner above the page"
    MESSAGE = "message", "a message in the thread"


class Audience(models.TextChoices):
    EVERYONE = "everyone"
    CUSTOMERS = "customers"
    AGENTS = "agents"
    DEVICES = "devices"
    MEMBERS = "members"


LASTING = Q(expires_at=None) | Q(expires_at__gt=F("starts_at"))


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def valid(self) -> "AnnouncementQuerySet":
        """What whoever comes now is still to be told."""
        now = timezone.now()
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now), starts_at__lte=now, withdrawn_at=None
        )

    def due(self) -> "AnnouncementQuerySet":
        """Those of which readers have not been told the newest revision, and should be."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            starts_at__lte=timezone.now(),
            published_revision__lt=F("revision"),
        ).exclude(published_revision=0, withdrawn_at__isnull=False)

    def lasting(self) -> "AnnouncementQuerySet":
        return self.filter(LASTING)

    def passing(self) -> "AnnouncementQuerySet":
        """What devices said to those that were connected: over when it began."""
        return self.filter(expires_at=F("starts_at"))


class Announcement(models.Model):
    """What broadcast mode sends: to everybody of an audience, from a time, until a time.

    `revision` rises with every change, `published_revision` is the newest that has gone out as
    an entry of the announcements' own log (chat.actions.announcements).
    """

    public_id = models.CharField(max_length=32, unique=True, default=public_id)
    text = models.TextField()
    form = models.CharField(max_length=8, choices=Form, default=Form.BANNER)
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.EVERYONE)
    assistant = models.ForeignKey(
        "chat.Assistant",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only to this assistant's customers.",
    )
    starts_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    published_revision = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_key = models.CharField(max_length=80)
    author_name = models.CharField(max_length=150, blank=True, default="")
    client_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("announce", "May announce to everyone connected")]
        constraints = [
            models.UniqueConstraint(
                fields=["author_key", "client_id"], name="announcement_client_id"
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=Q(published_revision__lt=F("revision")),
                name="announcement_due",
            ),
            models.Index(fields=["starts_at", "expires_at"], name="announcement_valid"),
            models.Index(fields=["-id"], condition=LASTING, name="announcement_lasting"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def readers(self) -> str:
        """Whose sockets it goes to, as chat.hub.feed knows them."""
        return f"assistant:{self.assistant.slug}" if self.assistant else self.audience

    @property
    def state(self) -> str:
        """ "scheduled", "live", "expired", "withdrawn", or of a passing one "sent"."""
        now = timezone.now()
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.expires_at == self.starts_at:
            return "sent"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "scheduled" if self.starts_at > now else "live"


class Noticed(models.IntegerChoices):
    """How far an announcement has got with one reader; it only ever rises."""

    REACHED = 1, "the browser has it, or it was written to the device"
    SEEN = 2, "it was visible on the screen"
    DISMISSED = 3


class AnnouncementReceipt(models.Model):
    """What one reader has done with one announcement. Written by chat.log, which only raises it."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="receipts")
    reader_key = models.CharField(max_length=80, help_text="As a message's author_key.")
    state = models.PositiveSmallIntegerField(choices=Noticed)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "reader_key"], name="announcement_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.reader_key} {self.state}"
