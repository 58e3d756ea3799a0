from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Conversations"

    def ready(self) -> None:
        # Imported for its receiver, which needs the models.
        import chat.signals  # noqa: F401
