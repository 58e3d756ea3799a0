"""All conversations of one member, on one socket: which they are, and that new ones are noticed."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now
from django.utils import timezone

from chat.database import in_database
from chat.frames import Change
from chat.hub.socket import Socket
from chat.hub.view import View
from chat.models import Device, Member, ServingProcess
from chat.models.conversation import ACTIVE_STEP

if TYPE_CHECKING:
    from chat.hub.hub import Hub

logger = logging.getLogger(__name__)
MARGIN = timedelta(seconds=15)  # as in chat.hub.checks
BEAT_EVERY = 2.0  # seconds
FORGOTTEN_AFTER = timedelta(hours=1)


class Inbox:
    """`key` is the member's author_key; `token`, where there is one, says that this socket and
    no other holds the member."""

    def __init__(self, hub: "Hub", socket: Socket, key: str, token: str = "") -> None:
        self.hub, self.socket, self.key, self.token = hub, socket, key, token
        self.views: dict[int, View] = {}
        self.has_left = False

    @property
    def is_open(self) -> bool:
        """Whether what comes may still be shown: what is written while the process stops could
        not be noted as delivered any more."""
        return not self.has_left and not self.hub.is_draining

    def follow(self, conversation_id: int) -> None:
        """Shows one more conversation from now on, and what has been missed of it."""
        raise NotImplementedError

    def forget(self, view: View) -> None:
        """Takes back a view that could not be begun; the next check follows anew."""
        if self.views.get(view.conversation_id) is view:
            del self.views[view.conversation_id]
        self.hub.leave(view)

    def displaced(self, token: str) -> None:
        """Another socket holds the member now, or with "" nobody any more."""

    def join(self) -> None:
        self.hub.inboxes.add(self)

    def leave(self) -> None:
        self.has_left = True
        self.hub.inboxes.discard(self)
        for view in self.views.values():
            self.hub.leave(view)
        self.views.clear()


class Inboxes:
    """The inboxes of this process."""

    def __init__(self, process: str) -> None:
        self.process = process
        self.by_key: dict[str, set[Inbox]] = defaultdict(set)
        self.last_beat = 0.0

    def add(self, inbox: Inbox) -> None:
        self.by_key[inbox.key].add(inbox)

    def discard(self, inbox: Inbox) -> None:
        there = self.by_key.get(inbox.key)
        if there is not None:
            there.discard(inbox)
            if not there:
                del self.by_key[inbox.key]

    def of(self, key: str) -> tuple[Inbox, ...]:
        return tuple(self.by_key.get(key, ()))

    def invite(self, change: Change) -> None:
        """Members who have just joined a conversation see it from now on."""
        for key in change.joined or ():
            for inbox in self.of(key):
                inbox.follow(change.conversation)

    def hold(self, key: str, token: str) -> None:
        """The socket with this token holds the member from now on; any other is to close."""
        for inbox in self.of(key):
            if inbox.token and inbox.token != token:
                inbox.displaced(token)

    # ── once a second ──
    async def check(self) -> None:
        """Finds what announcements were lost: new conversations, new holders."""
        if not self.by_key:
            return
        await self.beat()
        for key, conversation_id in await in_database(_recent, list(self.by_key)):
            for inbox in self.of(key):
                inbox.follow(conversation_id)
        held = {i.key: i.token for inboxes in self.by_key.values() for i in inboxes if i.token}
        for key, token in await in_database(_holders, held):
            self.hold(key, token)

    async def beat(self) -> None:
        """Says that this process is alive, so that what it holds is held."""
        now = asyncio.get_running_loop().time()
        if now - self.last_beat > BEAT_EVERY:
            is_first, self.last_beat = not self.last_beat, now
            await in_database(_beat, self.process, is_first)

    async def stop(self) -> None:
        """What it held is free at once."""
        if self.last_beat:
            await in_database(_forget, self.process)


def _recent(keys: Iterable[str]) -> list[tuple[str, int]]:
    """(key, conversation id) of the conversations of these members with recent activity."""
    since = timezone.now() - ACTIVE_STEP - MARGIN
    seats = Member.objects.filter(key__in=keys, conversation__active_at__gt=since)
    return list(seats.values_list("key", "conversation_id"))


def _holders(held: dict[str, str]) -> list[tuple[str, str]]:
    """(key, token) of the devices that another socket holds than `held` says."""
    if not held:
        return []
    ids = [int(key.partition(":")[2]) for key in held]
    rows: Any = Device.objects.filter(pk__in=ids).values_list("pk", "held_by")
    found = {f"device:{pk}": token for pk, token in rows}
    return [(key, found.get(key, "")) for key in held if found.get(key, "") != held[key]]


def _beat(process: str, is_first: bool) -> None:
    if is_first:
        ServingProcess.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    ServingProcess.objects.update_or_create(key=process, defaults={"seen_at": Now()})


def _forget(process: str) -> None:
    ServingProcess.objects.filter(key=process).delete()
