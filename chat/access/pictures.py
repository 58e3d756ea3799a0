"""Who sees a picture."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from chat.access.agents import is_agent
from chat.access.own import is_open_here
from chat.access.visitors import known_key
from chat.errors import NotFound
from chat.models import Attachment


def picture(session: SessionBase, user: Any, key: str) -> Attachment:
    """The picture, for those who see its conversation; NotFound for everybody else.

    Until a message has it, it is nobody's but the uploader's; in a note it is the agents'.
    """
    found = Attachment.objects.filter(key=key).select_related("conversation").first()
    if found is None:
        raise NotFound("There is no picture at this address.")
    if found.message_seq is None:
        keys = {f"visitor:{known_key(session)}", f"user:{user.pk}" if is_agent(user) else ""}
        is_allowed = found.uploader_key in keys
    else:
        is_here = is_open_here(session, found.conversation)
        is_allowed = (is_here and not found.agents_only) or is_agent(user)
    if not is_allowed:
        raise NotFound("There is no picture at this address.")
    return found
