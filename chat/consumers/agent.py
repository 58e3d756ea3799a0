"""The agents' socket, docs/protocol.md: /ws/agent/. One for the lists and every open thread."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, get_user_model

from chat import access, assistants, customers, drafts
from chat.access import Participant
from chat.actions.device_messages import DEVICES, of_device
from chat.commands import AGENT_COMMANDS
from chat.consumers.base import SocketConsumer
from chat.database import in_database
from chat.errors import NotAllowed, SessionOver
from chat.frames import AGENT, Frame, timestamp
from chat.hub import View, backlog, lists
from chat.models import Conversation

_sessions = import_module(settings.SESSION_ENGINE)


class AgentConsumer(SocketConsumer):
    commands = AGENT_COMMANDS
    audience = AGENT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_views: dict[str, View] = {}

    async def identify(self) -> tuple[Participant, list[tuple[bytes, bytes]]]:
        session_key = self.cookie(settings.SESSION_COOKIE_NAME)
        whose = self.query("whose")
        return await in_database(_identify, session_key, self.address, whose), []

    async def show_announcements(self) -> None:
        assert self.socket is not None
        if not await in_database(_may_announce, self.participant):
            raise NotAllowed("You do not have the right to announce.")
        self.hub.announcement_lists.join(self.socket)

    async def show_lists(self) -> None:
        assert self.socket is not None
        self.hub.lists.join(self.socket)
        with self.whole_or_anew():
            announced = await self.join_feed("everyone", "agents")
            async with self.hub.lists.in_order:
                found = await in_database(_lists, self.participant)
                self.put({**found, "announcements": announced})
            self.hub.feed.begin(self.socket)

    async def show_more(self, section: str, after: str) -> None:
        self.put(await in_database(_more, self.participant, section, after))

    async def open(self, public_id: str, after: int | None) -> None:
        with self.whole_or_anew():
            await self.show(public_id, after)

    async def show_customer(self, public_id: str) -> None:
        found = await in_database(access.any_conversation, self.participant, public_id)
        customer = await in_database(_customer, found)
        assistant = await in_database(_assistant, found.pk)
        told = {"conversation": public_id, "customer": customer, "assistant": assistant}
        self.put({"type": "customer", **told})

    async def show(self, public_id: str, after: int | None) -> None:
        assert self.socket is not None
        conversation = await in_database(access.any_conversation, self.participant, public_id)
        self.close_view(public_id)
        view = View(self.socket, conversation.pk, AGENT, True)
        self.open_views[public_id] = view
        self.hub.follow(view)
        found = await in_database(backlog, conversation.pk, after)
        resumed = {} if found.after is None else {"after": found.after}
        self.put(
            {
                "type": "history",
                "conversation": public_id,
                "messages": AGENT.listed(found.messages, public_id),
                "through": found.head_seq,
                "earlier": found.has_earlier,
                **resumed,
                "label": found.label,
                "kind": found.kind,
                "assistant": await in_database(_assistant, conversation.pk),
                "status": AGENT.standing(found.standing, None, found.version),
                "read": found.read,
                "ratings": found.ratings,
                "customer": await in_database(_customer, conversation),
            }
        )
        view.started(found)
        self.hub.streams.show(view)

    def close_view(self, public_id: str) -> None:
        view = self.open_views.pop(public_id, None)
        if view is not None:
            self.hub.leave(view)

    def view_of(self, public_id: str) -> View | None:
        return self.open_views.get(public_id)

    def views(self) -> list[View]:
        return list(self.open_views.values())


def _identify(session_key: str, address: str, whose: str) -> Participant:
    """The agent of the session. Raises NotAllowed, or SessionOver where the page is another's."""
    session = _sessions.SessionStore(session_key or None)
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    participant = access.agent(session, user, address)
    if whose and whose != user.get_username():
        raise SessionOver
    return participant


def _lists(participant: Participant) -> Frame:
    assert participant.user_id is not None
    user = get_user_model().objects.get(pk=participant.user_id)
    return lists.everything(user, participant.key)


def _may_announce(participant: Participant) -> bool:
    assert participant.user_id is not None
    return access.may_announce(get_user_model().objects.get(pk=participant.user_id))


def _more(participant: Participant, section: str, after: str) -> Frame:
    behind = access.any_conversation(participant, after)
    assert participant.user_id is not None
    return lists.more(section, participant.user_id, participant.key, behind)


def _assistant(conversation_id: int) -> Frame:
    """Which one the customer has; of one in shadow mode, what became of its drafts."""
    found = assistants.of(conversation_id)
    tally = drafts.tally(found.pk).frame() if found.is_shadow else None
    return {**assistants.short_frame(found), "drafts": tally}


def _customer(conversation: Conversation) -> Frame:
    """Who the customer is, and what else they have asked: the five newest."""
    others = Conversation.objects.none()
    if conversation.visitor_key:
        others = Conversation.objects.filter(visitor_key=conversation.visitor_key, head_seq__gt=0)
    elif conversation.public_id.startswith(DEVICES):
        others = of_device(conversation.public_id.split(":")[1])
    return {
        "label": conversation.label,
        **customers.contact_of(conversation.pk),
        "since": timestamp(conversation.created_at),
        "earlier": [
            {
                "conversation": other.public_id,
                "label": other.label,
                "status": other.status,
                "updated_at": timestamp(other.updated_at),
            }
            for other in others.exclude(pk=conversation.pk).order_by("-updated_at")[:5]
        ],
    }
