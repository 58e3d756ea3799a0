from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import re_path

from chat.access import LABEL
from chat.consumers.agent import AgentConsumer
from chat.consumers.customer import CustomerConsumer
from chat.consumers.device import DeviceConsumer
from chat.consumers.member import MemberConsumer


class NoSuchSocket(AsyncWebsocketConsumer):
    """Refuses the handshake, where an unmatched route would raise."""

    channel_layer_alias = "none"

    async def connect(self) -> None:
        await self.close()


websocket_urlpatterns = [
    re_path(rf"^ws/chat/(?P<label>{LABEL})/$", CustomerConsumer.as_asgi()),
    re_path(r"^ws/agent/$", AgentConsumer.as_asgi()),
    re_path(r"^$", DeviceConsumer.as_asgi()),
    re_path(r"^conversation/ws$", MemberConsumer.as_asgi()),
    re_path(r"", NoSuchSocket.as_asgi()),
]
