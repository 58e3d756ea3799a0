"""What agents do in the desk's own conversations, and in nobody else's."""

from chat.errors import NotAllowed
from chat.log import Entry, Locked
from chat.log.entries import Guard
from chat.models import Conversation
from chat.models.conversation import Kind


def of_the_desk(guard: Guard | None = None) -> Guard:
    """The guard, behind one that lets agents into conversations with the desk only.

    What devices or members say to each other some agents may read; they leave nothing in it.
    """

    def both(conversation: Locked, entry: Entry) -> None:
        if not Conversation.objects.filter(pk=conversation.id, kind=Kind.SUPPORT).exists():
            raise NotAllowed("Nobody of the desk takes part in this conversation.")
        if guard is not None:
            guard(conversation, entry)

    return both
