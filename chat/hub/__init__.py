"""Who gets what is announced: this process's own sockets first, then the other processes."""

from chat.hub.backlog import LAST, Backlog, backlog, following, page
from chat.hub.customer_view import CustomerView
from chat.hub.device_view import DeviceSocket, DeviceView
from chat.hub.feed import BROWSER, Reader
from chat.hub.hub import Hub
from chat.hub.inbox import Inbox
from chat.hub.lists import ListView
from chat.hub.member_view import MemberView, facts_of
from chat.hub.socket import Socket
from chat.hub.view import View

__all__ = [
    "BROWSER",
    "LAST",
    "Backlog",
    "CustomerView",
    "DeviceSocket",
    "DeviceView",
    "Hub",
    "Inbox",
    "ListView",
    "MemberView",
    "Reader",
    "Socket",
    "View",
    "backlog",
    "facts_of",
    "following",
    "page",
]
