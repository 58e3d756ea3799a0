from django.conf import settings
from django.db import models


class AgentPresence(models.Model):
    """When an agent was last seen at a dashboard, whichever process holds the socket."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="presence")
    seen_at = models.DateTimeField(db_index=True)
    is_away = models.BooleanField(
        "away",
        default=False,
        db_default=False,
        help_text="At the dashboard perhaps, but not there to answer.",
    )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.seen_at:%H:%M:%S}"
