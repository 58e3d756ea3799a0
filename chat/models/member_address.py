from django.db import models
from django.utils import timezone


class MemberAddress(models.Model):
    """An address for which tokens were made; those from before `valid_from` are dead."""

    email = models.CharField(max_length=254, unique=True)
    valid_from = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a token was last made."
    )

    class Meta:
        ordering = ["email"]
        verbose_name = "member's address"
        verbose_name_plural = "members' addresses"

    def __str__(self) -> str:
        return self.email
