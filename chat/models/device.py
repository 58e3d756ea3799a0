import unicodedata
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

LONGEST_NAME = 64
# A process that has not been heard of for so long holds nothing any more.
ALIVE_WITHIN = timedelta(seconds=10)
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # within words of some scripts, and in emoji


def fold(name: str) -> str:
    """The name as it is compared: neither case nor width nor spaces make another device."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def is_name(name: object) -> bool:
    """Whether a device may be called so: 1 to 64 characters, all of them to be seen."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        return False
    shown = name.strip().translate(JOINERS)
    return bool(fold(shown)) and shown.isprintable()


class State(models.TextChoices):
    EXPECTED = "expected", "never registered"
    ASKING = "asking", "asks to be let in"
    ALLOWED = "allowed", "may register"
    REGISTERED = "registered", "has a key"
    DISCONNECTED = "disconnected", "gave its key up"
    RELEASED = "released", "free for whoever asks"
    REVOKED = "revoked", "shut out"


class ServingProcess(models.Model):
    """When a process that holds devices was last alive: so a killed one holds none for long."""

    key = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.key} at {self.seen_at:%H:%M:%S}"

    @classmethod
    def alive(cls) -> models.QuerySet["ServingProcess"]:
        return cls.objects.filter(seen_at__gt=Now() - ALIVE_WITHIN)


class Device(models.Model):
    """A name on the device socket. Made when it registers, or when somebody first writes to it.

    While a socket holds it, `held_by` is that socket's token and `held_in` its process.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    folded = models.CharField(max_length=4 * LONGEST_NAME, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.EXPECTED)
    key_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        editable=False,
        help_text="Of the last key: valid while registered, then the proof of who had the name.",
    )
    may_broadcast = models.BooleanField(
        default=True, help_text="May write to every connected device at once."
    )
    may_announce = models.BooleanField(
        default=False,
        db_default=False,
        help_text="May announce as people do: to customers, agents, members, or everyone.",
    )
    held_by = models.CharField(max_length=32, blank=True, default="", editable=False)
    held_in = models.CharField(max_length=32, blank=True, default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    registered_at = models.DateTimeField(null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it last came or went."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key_hash"], condition=~Q(key_hash=""), name="device_key"
            ),
        ]
        indexes = [models.Index(fields=["held_by"], condition=~Q(held_by=""), name="device_held")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name = self.name.strip()
        self.folded = fold(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def key(self) -> str:
        """Its author_key."""
        return device_key(self.pk)

    @classmethod
    def here(cls) -> models.QuerySet["Device"]:
        """Those that a socket holds, in any process."""
        alive = ServingProcess.alive().values("key")
        return cls.objects.exclude(held_by="").filter(held_in__in=alive)


def device_key(pk: int) -> str:
    return f"device:{pk}"
