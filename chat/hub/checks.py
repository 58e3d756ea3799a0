"""Once a second: is what the sockets show what the database holds?"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from chat import agents
from chat.database import in_database
from chat.frames import CUSTOMER, Frame
from chat.hub import queue
from chat.hub.socket import SESSION_OVER
from chat.models import AgentPresence, Conversation
from chat.models.conversation import ACTIVE_STEP

if TYPE_CHECKING:
    from chat.hub.hub import Hub

logger = logging.getLogger(__name__)
EVERY = 1.0
# How far back a change may become visible after its `updated_at`: longer than any transaction
# of the log, plus what the clocks of two machines may differ.
MARGIN = 15.0
PRESENCE_EVERY = 10.0
ANNOUNCED_WITHIN = 0.1


class Checks:
    """A lost announcement, a restarted Redis, a skipped publication: all heal here."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.task: asyncio.Task[None] | None = None
        self.queue_task: asyncio.Task[None] | None = None
        self.last_presence = 0.0
        self.here: set[int] = set()
        self.looked = timezone.now()

    def start(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [task for task in (self.task, self.queue_task) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            checks = (self.versions, self.places, self.presence, self.hub.inboxes.check)
            for check in checks:
                try:
                    await check()
                except Exception:
                    logger.exception("check failed")

    async def versions(self) -> None:
        """Serves every view and list that is behind the database's version."""
        shown = {i for i, views in self.hub.views.items() if views}
        has_lists = bool(self.hub.lists.views)
        looked = timezone.now()
        if shown or has_lists:
            versions = await in_database(_versions, list(shown), self.looked if has_lists else None)
            await self.serve(versions, has_lists)
        self.looked = looked

    async def serve(self, versions: list[tuple[int, int, str]], has_lists: bool) -> None:
        # What was committed a moment ago is announced by now, or in a moment.
        await asyncio.sleep(ANNOUNCED_WITHIN)
        for pk, version, owner in versions:
            for view in tuple(self.hub.views.get(pk, ())):
                if view.owner not in ("", owner):
                    view.socket.close(SESSION_OVER, "This conversation belongs to an account now.")
                elif version > view.version:
                    view.newest = max(view.newest, version)
                    view.heal()
            if has_lists and self.hub.lists.versions.get(pk, -1) < version:
                self.hub.lists.changed([pk])

    def queue_moved(self) -> None:
        """Somebody joined or left the queue: tell those who wait, soon."""
        if self.queue_task is None or self.queue_task.done():
            self.queue_task = asyncio.create_task(self._places_soon())

    async def _places_soon(self) -> None:
        await asyncio.sleep(0.05)
        await self.places()

    async def places(self) -> None:
        """The place in the queue of every customer on this process who waits."""
        views = [v for vs in tuple(self.hub.views.values()) for v in vs if v.audience is CUSTOMER]
        ids = {view.conversation_id for view in views}
        if not ids:
            return
        waiting: dict[int, Frame] = await in_database(queue.places)
        for view in views:
            view.show_queue(waiting.get(view.conversation_id))

    def presence_moved(self) -> None:
        """Who is there is read again with the next check."""
        self.last_presence = -PRESENCE_EVERY

    async def presence(self) -> None:
        """Notes which agents are connected here, and tells colleagues about each other."""
        loop = asyncio.get_running_loop()
        here = {s.participant.user_id for s in self.hub.sockets if s.participant.is_agent}
        if here == self.here and loop.time() - self.last_presence < PRESENCE_EVERY:
            return
        self.last_presence, self.here = loop.time(), here
        if here:
            await in_database(_seen, here)
        if self.hub.lists.views:
            self.hub.lists.show_colleagues(await in_database(agents.colleagues))


def _versions(shown: list[int], lists_since: datetime | None) -> list[tuple[int, int, str]]:
    """(id, version, visitor's key) of what is shown, and of what has changed since lists were
    last looked after; None where there are none."""
    wanted = Q(id__in=shown)
    if lists_since is not None:
        wanted |= Q(active_at__gt=lists_since - ACTIVE_STEP - timedelta(seconds=MARGIN))
    return list(Conversation.objects.filter(wanted).values_list("id", "version", "visitor_key"))


def _seen(users: set[int]) -> None:
    existing = get_user_model().objects.filter(id__in=users).values_list("id", flat=True)
    now = timezone.now()
    AgentPresence.objects.bulk_create(
        [AgentPresence(user_id=user, seen_at=now) for user in existing],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["seen_at"],
    )
