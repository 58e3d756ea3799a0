from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from naive.models import Conversation, Message


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """One ORM create a message, then group_send: what one writes first."""

    async def connect(self) -> None:
        name = self.scope["url_route"]["kwargs"]["conversation"]
        self.sender = self.scope["url_route"]["kwargs"]["sender"]
        self.conversation, _ = await Conversation.objects.aget_or_create(name=name)
        self.group = f"chat_{name}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "history"})

    async def disconnect(self, code) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content) -> None:
        message = await database_sync_to_async(Message.objects.create)(
            conversation=self.conversation,
            sender=self.sender,
            client_id=content["client_id"],
            body=content["message"],
        )
        event = {
            "type": "chat.message",
            "seq": message.pk,
            "sender": message.sender,
            "client_id": message.client_id,
            "message": message.body,
            "timestamp": message.created_at.isoformat(),
        }
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event) -> None:
        await self.send_json({**event, "type": "message"})
