import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

PREFIX = "helpdesk_"
USED_STEP = timedelta(minutes=1)


class ApiToken(models.Model):
    """A program's key. Only its hash is kept: it is long and random, so that a fast one will do."""

    name = models.CharField(max_length=80, help_text="What it is for; shown as the author.")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    may_announce = models.BooleanField("may announce", default=False)
    is_active = models.BooleanField("active", default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_key() -> str:
        return PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(key: str) -> str:
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def of(cls, key: str) -> "ApiToken | None":
        """The active token with this key; notes, once a minute at most, that it was used."""
        found = cls.objects.filter(key_hash=cls.hash_of(key), is_active=True).first()
        now = timezone.now()
        if found and (found.used_at is None or now - found.used_at > USED_STEP):
            cls.objects.filter(pk=found.pk).update(used_at=now)
        return found
