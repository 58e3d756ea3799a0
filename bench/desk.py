"""A help desk with the demo's FAQ in a temporary folder, in this process: for what asks the bot."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def demo(**settings: str) -> None:
    """Sets Django up with a fresh database and the demo's entries, which are learned."""
    folder = tempfile.mkdtemp(prefix="helpdesk-bench-")
    os.environ["HELPDESK_MODELS"] = os.environ.get("HELPDESK_MODELS", str(ROOT / "var/models"))
    os.environ |= {"HELPDESK_DATA": folder, "HELPDESK_LOG_LEVEL": "ERROR"}
    os.environ |= {f"HELPDESK_{name.upper()}": value for name, value in settings.items()}
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    sys.path.insert(0, str(ROOT))
    import atexit

    import django

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_faq", str(ROOT / "faq/demo/helpdesk.json"), verbosity=0)
    from faq.search import knowledge, search

    search("hello")
    while knowledge.snapshot()[1] is None and not knowledge.settle(60):
        pass


class Customer:
    """Somebody with a conversation of their own, who asks and gets the bot's replies."""

    def __init__(self, label: str) -> None:
        from chat import access

        self.key = f"visitor:{label}"
        self.conversation = access.open_own_conversation(label, "bench")
        self.who = access.Participant(self.key, visitor_key=label)

    def ask(self, text: str):
        """The Reply, posted as the worker does it."""
        from chat.actions import messages
        from chat.bot import claims, turn
        from chat.bot.reply import Reply

        entry = messages.customer_message(self.who, self.conversation.pk, text)
        messages.post_message_and_wait(entry)
        mine = claims.claim(self.conversation.pk)
        found = turn.quick_reply(mine)
        reply = found if isinstance(found, Reply) else turn.model_reply(mine, found, lambda: False)
        turn.post(mine, reply)
        return reply


@contextmanager
def closing_connection() -> Iterator[None]:
    from django.db import connection

    try:
        yield
    finally:
        connection.close()
