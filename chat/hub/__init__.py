"""Who gets what is announced: this process's own sockets first, then the other processes."""

from chat.hub.backlog import LAST, Backlog, backlog, following, page
from chat.hub.hub import Hub
from chat.hub.lists import ListView
from chat.hub.socket import Socket
from chat.hub.view import View

__all__ = [
    "LAST",
    "Backlog",
    "Hub",
    "ListView",
    "Socket",
    "View",
    "backlog",
    "following",
    "page",
]
