"""The customer's socket, contracts of docs/protocol.md: /ws/chat/<label>/."""

import asyncio
import logging
from importlib import import_module
from typing import Any

from django.conf import settings

from chat import access, announcements, assistants, customers, limits
from chat.access import Participant
from chat.commands import CUSTOMER_COMMANDS
from chat.consumers.base import SocketConsumer, session_cookie
from chat.database import in_database, in_database_together
from chat.desk import desk
from chat.errors import NotFound, SessionOver
from chat.frames import CUSTOMER, Frame
from chat.hub import Backlog, CustomerView, View, backlog
from chat.models import Conversation

logger = logging.getLogger(__name__)
_sessions = import_module(settings.SESSION_ENGINE)
LONGEST_SEQ = 16  # digits


class CustomerConsumer(SocketConsumer):
    commands = CUSTOMER_COMMANDS
    audience = CUSTOMER
    view: CustomerView | None = None
    rejoining: asyncio.Task[None] | None = None

    async def identify(self) -> tuple[Participant, list[tuple[bytes, bytes]]]:
        label = self.scope["url_route"]["kwargs"]["label"]
        cookie, whose = self.cookie(settings.SESSION_COOKIE_NAME), self.query("whose")
        participant, conversation, headers = await in_database(
            _identify, cookie, label, self.address, self.languages, whose
        )
        self.conversation_id, self.owner = conversation.pk, conversation.visitor_key
        self.label = label
        return participant, headers

    async def begin(self) -> None:
        assert self.socket is not None
        together = self.query("batch") == "1"
        self.view = CustomerView(self.socket, self.conversation_id, CUSTOMER, together)
        self.view.switched = self.switched
        self.view.owner = self.owner
        self.hub.follow(self.view)
        found, you = await in_database(_conversation, self.conversation_id, self.resumed_after())
        house = await in_database_together(_house, found.assistant_id)
        audiences = _audiences(house["assistant"]["slug"])
        resumed = {} if found.after is None else {"after": found.after}
        self.put(
            {
                "type": "history",
                "messages": CUSTOMER.listed(found.messages, found.public_id),
                "through": found.head_seq,
                "earlier": found.has_earlier,
                **resumed,
                "label": self.label,
                "you": you,
                **house,
                "status": CUSTOMER.standing(found.standing, None, found.version),
                "read": found.read,
                "ratings": found.ratings,
                "announcements": await self.join_feed(*audiences),
            }
        )
        self.view.started(found)
        self.hub.streams.show(self.view)
        self.hub.feed.begin(self.socket)

    def switched(self) -> None:
        """Another assistant's announcements are for this customer from now on."""
        self.rejoining = asyncio.get_running_loop().create_task(self.rejoin(self.rejoining))

    async def rejoin(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            with self.whole_or_anew():
                await self._join_mine()
        except Exception:
            logger.exception("announcements not joined again")

    async def _join_mine(self) -> None:
        assistant = await in_database(assistants.of, self.conversation_id)
        *_, mine = audiences = _audiences(assistant.slug)
        if self.socket is None:
            return
        socket = self.socket
        await self.hub.feed.join(socket, audiences)
        new = await in_database(announcements.current, self.participant.key, [mine])
        for one in new:
            self.put({"type": "announcement", "announcement": one})
        self.hub.feed.begin(socket, new)

    def resumed_after(self) -> int | None:
        """The seq up to which the page has everything already."""
        after = self.query("after")
        return int(after) if after.isdecimal() and len(after) <= LONGEST_SEQ else None

    def view_of(self, public_id: str) -> View | None:
        return self.view

    def views(self) -> list[View]:
        return [self.view] if self.view else []


def _audiences(assistant: str) -> tuple[str, ...]:
    """Whose announcements are for this assistant's customers, its own last."""
    return "everyone", "customers", f"assistant:{assistant}"


def _conversation(conversation_id: int, after: int | None) -> tuple[Backlog, Frame]:
    """What is the conversation's own: its messages, and who its customer is."""
    return backlog(conversation_id, after), customers.contact_of(conversation_id)


def _house(chosen: int | None) -> Frame:
    """What is the same for all who chose this assistant: the desk, who answers, and who might;
    the choice is none where there is only one."""
    assistant = assistants.with_id(chosen)
    return {
        "desk": desk(),
        "assistant": assistants.frame(assistant),
        "assistants": [assistants.short_frame(one) for one in assistants.offered()],
    }


def _identify(
    session_key: str, label: str, address: str, languages: str, whose: str
) -> tuple[Participant, Conversation, list[tuple[bytes, bytes]]]:
    """The visitor of the session, a new one where there is none, and their conversation.

    Raises SessionOver where the page is another visitor's: what it shows, and what waits there to
    be sent, is not theirs. Who is nobody yet (a browser without cookies) is let in.
    """
    session: Any = _sessions.SessionStore(session_key or None)
    if whose and access.known_key(session) and whose != access.visitor_token(session):
        raise SessionOver
    participant = access.visitor(session, address)
    try:
        conversation = access.conversation_here(session, label)
    except NotFound:
        limits.count_beginning(address)
        conversation = None
    headers = []
    if session.modified:  # a new visitor
        session.save()
        headers = session_cookie(session)
        participant = access.visitor(session, address)
    if conversation is None:
        conversation = access.open_own_conversation(participant.visitor_key, label)
    if languages and languages != conversation.languages:
        # Alone, and not the row as it was read: its other columns belong to the log.
        Conversation.objects.filter(pk=conversation.pk).update(languages=languages)
    return participant, conversation, headers
