from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class FaqConfig(AppConfig):
    name = "faq"
    verbose_name = "FAQ"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their receivers, which need the models.
        import faq.checks
        import faq.history
        import faq.signals

        register(faq.checks.dialogflow_settings)
