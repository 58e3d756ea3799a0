from django.conf import settings
from django.db import models
from django.utils import timezone


class Gap(models.Model):
    """A group of questions that the FAQ did not answer, and what an admin has done about it.

    Open groups are found anew each time; a row is one that is closed: by an entry that takes
    its questions, or because it is nothing for the FAQ (dismissed: what means the same stays
    away from then on).
    """

    title = models.CharField(max_length=300, help_text="Its most central question.")
    entry = models.ForeignKey("faq.Entry", models.SET_NULL, null=True, blank=True, related_name="+")
    is_dismissed = models.BooleanField("dismissed", default=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-closed_at"]

    def __str__(self) -> str:
        return self.title
