"""Who is on this socket or request, and the only way to obtain a conversation."""

from chat.access.agents import agent, any_conversation, is_agent, may_read_all
from chat.access.announcers import announcer, device_announcer, may_announce
from chat.access.members import (
    LONGEST_ADDRESS,
    LONGEST_KEY,
    bearer,
    is_address,
    member,
    member_key,
    owned_addresses,
    owns_address,
    shared_conversation,
)
from chat.access.own import (
    LABEL,
    conversation_here,
    is_label,
    is_open_here,
    open_here,
    open_own_conversation,
    own_conversation,
)
from chat.access.participant import Participant
from chat.access.pictures import picture
from chat.access.revocation import revoked
from chat.access.visitors import (
    HOME,
    OPENED,
    SEEN,
    VISITOR,
    account,
    forget_visitor,
    has_written,
    home_label,
    known_key,
    renew,
    visitor,
    visitor_key,
    visitor_token,
)

__all__ = [
    "HOME",
    "LABEL",
    "LONGEST_ADDRESS",
    "LONGEST_KEY",
    "OPENED",
    "SEEN",
    "VISITOR",
    "Participant",
    "account",
    "agent",
    "announcer",
    "any_conversation",
    "bearer",
    "conversation_here",
    "device_announcer",
    "forget_visitor",
    "has_written",
    "home_label",
    "is_address",
    "is_agent",
    "is_label",
    "is_open_here",
    "known_key",
    "may_announce",
    "may_read_all",
    "member",
    "member_key",
    "open_here",
    "open_own_conversation",
    "own_conversation",
    "owned_addresses",
    "owns_address",
    "picture",
    "renew",
    "revoked",
    "shared_conversation",
    "visitor",
    "visitor_key",
    "visitor_token",
]
