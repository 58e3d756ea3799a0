from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Conversations"

    def ready(self) -> None:
        # These need the models; the first is imported for its receiver.
        import chat.signals
        import chat.usage
        import faq.usage

        faq.usage.register(chat.usage.weeks)
