from chat.models.announcement import Announcement, AnnouncementReceipt
from chat.models.api_token import ApiToken
from chat.models.assistant import Assistant
from chat.models.attachment import Attachment
from chat.models.bot_turn import BotTurn
from chat.models.contact import Contact, ReturnLink
from chat.models.conversation import Conversation
from chat.models.device import Device, ServingProcess
from chat.models.gap import Gap
from chat.models.member import Member
from chat.models.member_address import MemberAddress
from chat.models.message import Message
from chat.models.presence import AgentPresence

__all__ = [
    "AgentPresence",
    "Announcement",
    "AnnouncementReceipt",
    "ApiToken",
    "Assistant",
    "Attachment",
    "BotTurn",
    "Contact",
    "Conversation",
    "Device",
    "Gap",
    "Member",
    "MemberAddress",
    "Message",
    "ReturnLink",
    "ServingProcess",
]
