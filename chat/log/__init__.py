"""The message log: whatever happens in a conversation is committed here, in groups.

The promise: nothing acknowledged is lost, nothing is stored twice, everyone sees one order.
"""

from chat.log.entries import Entry, Item, Mark, Outcome, Rating, Receipt, derived_client_id
from chat.log.group import commit_group
from chat.log.locked import Locked
from chat.log.writer import Settle, Writer, append, submit, write

__all__ = [
    "Entry",
    "Item",
    "Locked",
    "Mark",
    "Outcome",
    "Rating",
    "Receipt",
    "Settle",
    "Writer",
    "append",
    "commit_group",
    "derived_client_id",
    "submit",
    "write",
]
