"""The customer chooses who the bot is in a conversation."""

from chat import assistants
from chat.access import Participant
from chat.errors import NotFound, Unchanged
from chat.log import Entry, Locked, derived_client_id
from chat.models import Assistant
from chat.models.message import AuthorKind

SWITCHED = "assistant"  # the event


def switch(
    participant: Participant, conversation_id: int, slug: str, *, client_id: str = ""
) -> Entry:
    """From now on the assistant `slug` answers; what was said before stays.

    The entry says so in the thread, with how the assistant greets. Raises NotFound for one that
    is not offered. Reads the database: to be called in a thread.
    """
    chosen = Assistant.objects.filter(slug=slug, is_active=True).first()
    if chosen is None:
        raise NotFound(f"There is no assistant {slug!r}.")

    def guard(conversation: Locked, entry: Entry) -> None:
        before = Assistant.objects.filter(pk=conversation.assistant_id or 0).first()
        if assistants.present(before).pk == chosen.pk:
            raise Unchanged

    def effect(conversation: Locked, seq: int) -> None:
        conversation.assistant_id = chosen.pk

    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        participant.key,
        f"Switched to {chosen.name}.",
        derived_client_id(f"{SWITCHED}-", client_id) if client_id else "",
        author_id=participant.user_id,
        data={"event": SWITCHED, "assistant": assistants.frame(chosen)},
        guard=guard,
        effect=effect,
    )
