from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Conversations"

    def ready(self) -> None:
        # These need the models; the first is imported for its receiver.
        import chat.assistants
        import chat.signals
        import chat.usage
        import faq.scopes
        import faq.usage

        faq.scopes.register(chat.assistants.scopes)
        faq.usage.register(chat.usage.weeks)
