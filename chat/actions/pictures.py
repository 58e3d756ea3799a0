"""Pictures that go with a message: whoever uploaded them may use them there, once."""

from collections.abc import Sequence

from chat.errors import Refused
from chat.log import Entry, Locked
from chat.models import Attachment
from chat.models.message import Visibility

MOST = 4  # of one message


def attach(entry: Entry, keys: Sequence[str]) -> Entry:
    """The entry with these pictures, judged under the conversation's lock. Raises Refused there.

    That they are still free, and this author's in this conversation, is asked together with the
    entry's own guard; that they are used from now on is written together with the message.
    """
    wanted = list(dict.fromkeys(keys))
    guard, effect, data = entry.guard, entry.effect, entry.data
    is_note = entry.visibility == Visibility.AGENTS
    free = Attachment.objects.filter(
        key__in=wanted,
        conversation=entry.conversation_id,
        uploader_key=entry.author_key,
        message_seq=None,
    )

    def are_free(conversation: Locked, judged: Entry) -> None:
        if guard is not None:
            guard(conversation, judged)
        found = {row.key: row.as_frame() for row in free}
        if len(found) < len(wanted):
            raise Refused("no_such_image", "The picture is gone from here. Please send it again.")
        judged.data = {**(data or {}), "attachments": [found[key] for key in wanted]}

    def use(conversation: Locked, seq: int) -> None:
        if effect is not None:
            effect(conversation, seq)
        free.update(message_seq=seq, agents_only=is_note)

    entry.guard, entry.effect = are_free, use
    return entry
