"""The dashboards' lists, kept live: a few times a second what changed is read, once for all."""

import asyncio
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chat import agents
from chat.database import in_database
from chat.frames import Frame, display_name, encode, timestamp
from chat.hub import summaries
from chat.hub.showing import Showing
from chat.hub.socket import Socket
from chat.models import Conversation

EVERY = 0.2


class ListView:
    """One agent's lists on one socket."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.user_id: int = socket.participant.user_id
        self.key: str = socket.participant.key


class Lists(Showing):
    def __init__(self) -> None:
        super().__init__()
        self.views: dict[Socket, ListView] = {}
        self.versions: dict[int, int] = {}
        self.pending: set[int] = set()
        # Held from reading to sending: what was read later must not be overtaken.
        self.in_order = asyncio.Lock()

    def join(self, socket: Socket) -> ListView:
        self.views[socket] = view = ListView(socket)
        return view

    def leave(self, socket: Socket) -> None:
        self.views.pop(socket, None)
        if not self.views:
            self.versions.clear()
            self.pending.clear()

    def changed(self, conversations: Iterable[int]) -> None:
        """Notes conversations whose summaries are to be shown again."""
        if self.views:
            self.pending.update(conversations)
            self.something.set()

    async def wait(self) -> None:
        await super().wait()
        await asyncio.sleep(EVERY)

    async def show(self) -> None:
        ids, self.pending = self.pending, set()
        async with self.in_order:
            await self._show(ids)

    async def _show(self, ids: set[int]) -> None:
        views = tuple(self.views.values())
        if not ids or not views:
            return
        versions, rows, frames, numbers, unread = await in_database(
            _read, ids, {view.key for view in views}
        )
        # Of what is in no list too: it is not to be read again and again.
        self.versions.update(versions)
        for view in views if rows else ():
            shown = [
                {**frame, "unread": unread[row.id, view.key]}
                for row, frame in zip(rows, frames, strict=True)
            ]
            counts = summaries.counts_for(view.user_id, numbers)
            view.socket.put(
                encode({"type": "conversations", "conversations": shown, "counts": counts})
            )

    def show_colleagues(self, colleagues: list[Frame]) -> None:
        text = encode({"type": "colleagues", "colleagues": colleagues})
        for view in self.views.values():
            view.socket.put(text)


def _read(
    ids: set[int], keys: set[str]
) -> tuple[dict[int, int], list[Conversation], list[Frame], Any, Any]:
    """({id: version} of all, those that are listed, their summaries, tallies, unread)."""
    found = summaries.by_id(ids)
    versions = {row.id: row.version for row in found}
    rows = [row for row in found if summaries.is_listed(row)]
    if not rows:
        return versions, [], [], [], {}
    return (
        versions,
        rows,
        summaries.summaries(rows),
        summaries.tallies(),
        summaries.unread(rows, keys),
    )


def everything(user: Any, key: str) -> Frame:
    """The `lists` frame: the first page of each section."""
    rows = [row for name in summaries.SECTIONS for row in summaries.page_after(name, user.pk, None)]
    return {
        "type": "lists",
        "me": {"username": user.get_username(), "name": display_name(user), "key": key},
        "colleagues": agents.colleagues(),
        "counts": summaries.counts(user.pk),
        **with_unread(rows, key),
        "now": timestamp(timezone.now()),
    }


def more(name: str, user_id: int, key: str, after: Conversation | None) -> Frame:
    """The `more` frame: the page of a section behind a given conversation."""
    rows = summaries.page_after(name, user_id, after)
    return {
        "type": "more",
        "section": name,
        **with_unread(rows, key),
        "more": len(rows) == summaries.PAGE,
    }


def with_unread(rows: list[Conversation], key: str) -> Frame:
    numbers = summaries.unread(rows, [key])
    shown = [
        {**frame, "unread": numbers[row.id, key]}
        for row, frame in zip(rows, summaries.summaries(rows), strict=True)
    ]
    return {
        "conversations": shown,
        "unread": {row.public_id: numbers[row.id, key] for row in rows},
    }
