"""The inboxes of members and devices: what could not be begun is begun again."""

import asyncio

import pytest

from chat.access import Participant
from chat.actions import delivery, members
from chat.actions.delivery import DeviceInbox
from chat.consumers.member import MemberInbox
from chat.database import in_database
from chat.hub import DeviceSocket
from chat.models import Conversation
from chat.models.conversation import Kind
from tests.chat.hub.sockets import Wire, until

pytestmark = pytest.mark.django_db(transaction=True)
SAM = Participant("device:7", "Sam")


async def member(hub):
    return MemberInbox(hub, Wire(SAM).socket, SAM)


async def device(hub):
    async def send(message):
        pass

    return DeviceInbox(hub, DeviceSocket(SAM, send), SAM, "token")


@pytest.mark.parametrize(
    ("made", "module", "read"), [(member, members, "joined_at"), (device, delivery, "_had")]
)
async def test_a_conversation_that_could_not_be_read_is_followed_by_the_next_check(
    hub, monkeypatch, made, module, read
):
    talk = await in_database(lambda: Conversation.objects.create(kind=Kind.GROUP, version=1))
    inbox = await made(hub)
    inbox.join()
    with monkeypatch.context() as broken:
        broken.setattr(module, read, lambda *_: 1 / 0)
        inbox.follow(talk.pk)
        await asyncio.gather(*inbox.tasks, return_exceptions=True)
    assert talk.pk not in inbox.views
    assert not hub.views.get(talk.pk)
    inbox.follow(talk.pk)
    await until(lambda: not inbox.views[talk.pk].loading)
    inbox.leave()
