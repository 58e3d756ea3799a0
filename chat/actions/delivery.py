"""What a device has got: written to its socket, then marked; and who is told that it has.

The notice goes into the log before the mark. So whoever reads the mark finds the notice there,
and after a kill between the two it is the frame that comes again, not the notice.
"""

import asyncio
from contextlib import suppress
from functools import partial

from django.db.models import F, Q

from chat.access import Participant
from chat.actions.device_messages import DESK, DEVICE, Seat, seats_of
from chat.actions.messages import post_message, post_message_and_wait
from chat.database import in_database
from chat.errors import Refused
from chat.frames import Posted
from chat.hub import DeviceSocket, DeviceView, Hub, Inbox
from chat.lines import DELIVERED, delivered
from chat.log import Entry, Mark, Receipt
from chat.models import Member, Message
from chat.models.conversation import Status
from chat.models.message import AuthorKind

AGAIN_AFTER = 1.0  # seconds, where a mark could not be stored
PATIENCE = 2.0  # seconds for the marks of a socket that has closed


class DeviceInbox(Inbox):
    """All that one device gets, on one socket."""

    socket: DeviceSocket
    views: dict[int, DeviceView]  # type: ignore[assignment]

    def __init__(
        self, hub: Hub, socket: DeviceSocket, participant: Participant, token: str
    ) -> None:
        super().__init__(hub, socket, participant.key, token)
        self.participant = participant
        self.wanted: dict[int, int] = {}  # conversation id -> seq to be marked
        self.marked: dict[int, int] = {}
        self.marking: set[int] = set()
        self.owed: dict[int, set[str]] = {}  # conversation id -> notices not yet stored
        self.nothing_in_hand = asyncio.Event()
        self.nothing_in_hand.set()
        self.unwritten = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def open(self, seats: list[Seat]) -> None:
        """Shows what waits, conversation by conversation, and what comes.

        `seats` are as they were when the device came: what was written until then is late.
        """
        self.join()
        for other in self.hub.inboxes.of(self.key):
            if other is not self:
                await other.settled()  # type: ignore[attr-defined]
        late = {seat.conversation_id: seat.head for seat in seats}
        for seat in await in_database(seats_of, self.key):
            pk = seat.conversation_id
            if pk in self.views or self.has_left:
                continue
            self.marked[pk] = seat.delivered
            view = self._view(pk, seat.delivered)
            view.late_through = late.get(pk, 0)
            await self._show(view)

    def follow(self, conversation_id: int) -> None:
        if conversation_id in self.views or self.has_left:
            return
        view = self._view(conversation_id, 0)
        task = asyncio.get_running_loop().create_task(self._show(view, look_up=True))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _view(self, conversation_id: int, seq: int) -> DeviceView:
        view = DeviceView(self, conversation_id)
        view.seq = seq
        self.views[conversation_id] = view
        self.hub.follow(view)
        return view

    async def _show(self, view: DeviceView, look_up: bool = False) -> None:
        if look_up:
            try:
                had = await in_database(_had, view.conversation_id, self.key)
            except Exception:
                self.forget(view)
                raise
            view.seq = self.marked[view.conversation_id] = had
        await view.begin()
        if not self.unwritten and self.is_open:
            self._mark(view.conversation_id, view.seq)

    # ── written, then marked ──
    def write(self, view: DeviceView, posted: Posted, text: str) -> None:
        self.unwritten += 1
        self.socket.put(text, partial(self._written, view, posted))

    def _written(self, view: DeviceView, posted: Posted) -> None:
        self.unwritten -= 1
        was_away = posted.seq <= view.late_through or (posted.data or {}).get("away")
        if posted.sender == DEVICE and was_away:
            pk, name = view.conversation_id, self.participant.name
            self._notify(_notice(pk, posted.seq, posted.content, posted.author_key, name))
        self._mark(view.conversation_id, posted.seq)

    def _notify(self, notice: Entry) -> None:
        self.owed.setdefault(notice.conversation_id, set()).add(notice.client_id)
        self.nothing_in_hand.clear()
        post_message(notice, partial(self._notified, notice))

    def _notified(self, notice: Entry, outcome: Receipt | Refused) -> None:
        if isinstance(outcome, Receipt):
            self.owed[notice.conversation_id].discard(notice.client_id)
            self._store(notice.conversation_id)
            self._look_whether_done()
        elif self.is_open:
            asyncio.get_running_loop().call_later(AGAIN_AFTER, self._notify, notice)

    def _mark(self, conversation_id: int, through: int) -> None:
        if through <= self.wanted.get(conversation_id, self.marked.get(conversation_id, 0)):
            return
        self.wanted[conversation_id] = through
        self._store(conversation_id)

    def _store(self, conversation_id: int) -> None:
        """One mark at a time, behind the notices: those that come meanwhile go as one."""
        wanted = self.wanted.get(conversation_id, 0)
        if conversation_id in self.marking or self.owed.get(conversation_id):
            return
        if wanted <= self.marked.get(conversation_id, 0):
            return
        self.marking.add(conversation_id)
        self.nothing_in_hand.clear()
        mark = Mark(conversation_id, self.key, wanted, delivered_only=True)
        post_message(mark, partial(self._stored, conversation_id, wanted))

    def _stored(self, conversation_id: int, through: int, outcome: Receipt | Refused) -> None:
        self.marking.discard(conversation_id)
        if isinstance(outcome, Receipt):
            self.marked[conversation_id] = through
            self._store(conversation_id)
            self._look_whether_done()
        elif self.is_open:
            asyncio.get_running_loop().call_later(AGAIN_AFTER, self._store, conversation_id)

    def _look_whether_done(self) -> None:
        if not self.marking and not any(self.owed.values()):
            self.nothing_in_hand.set()

    async def settled(self) -> None:
        """Waits until what this socket has written is marked, within bounds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.nothing_in_hand.wait(), PATIENCE)

    # ── who holds the device ──
    def displaced(self, token: str) -> None:
        self.leave()
        self.socket.put(ELSEWHERE if token else SHUT)
        self.socket.close(DISPLACED, "connected elsewhere" if token else "the key is dead")


DISPLACED = 4010
ELSEWHERE = "Error: connected elsewhere"
SHUT = "Error: this key is not valid any more"


def notices_for(users: list[int]) -> None:
    """Tells devices that what they wrote while nobody was here has reached these agents.

    Reads the database: to be called in a thread.
    """
    seats = (
        Member.objects.filter(
            Q(conversation__assignee=None) | Q(conversation__assignee__in=users),
            key=DESK,
            conversation__status=Status.OPEN,
            last_delivered_seq__lt=F("conversation__head_seq"),
        )
        .select_related("conversation")
        .order_by("conversation_id")
    )
    for seat in seats:
        waiting = Message.objects.filter(
            conversation=seat.conversation_id,
            author_kind=AuthorKind.DEVICE,
            seq__gt=seat.last_delivered_seq,
            seq__lte=seat.conversation.head_seq,
        ).order_by("seq")
        for row in waiting:
            if name := (row.data or {}).get("away"):
                post_message_and_wait(
                    _notice(seat.conversation_id, row.seq, row.body, row.author_key, name)
                )
        through = seat.conversation.head_seq
        mark = Mark(seat.conversation_id, DESK, through, delivered_only=True)
        post_message_and_wait(mark)


def _notice(conversation_id: int, seq: int, text: str, sender: str, name: str) -> Entry:
    """One row, and once: its client id is made of the message that it is about."""
    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        "system",
        delivered(text, name),
        f"{DELIVERED}:{seq}",
        data={"event": DELIVERED, "to": name, "for": sender},
    )


def _had(conversation_id: int, key: str) -> int:
    seat = Member.objects.filter(conversation_id=conversation_id, key=key).first()
    return seat.last_delivered_seq if seat else 0
