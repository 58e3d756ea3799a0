"""What a customer's socket may ask."""

from typing import Literal

from chat import customers, events, limits
from chat.actions import assistants, contact, handoff, messages, rating, reading, typing
from chat.commands.announcements import Receipt
from chat.commands.base import ClientId, Command, Id, Pictures, Seat, Seq, decoders
from chat.database import in_database
from chat.hub import LAST, View, following, page


class CustomerSeat(Seat):
    view: View


class Post(Command):
    is_counted = False  # as a command, being counted as a message
    message: str
    client_id: ClientId = ""
    choice: Seq | None = None
    attachments: Pictures = ()

    async def run(self, seat: CustomerSeat) -> None:
        entry = messages.customer_message(
            seat.participant,
            seat.view.conversation_id,
            self.message,
            self.client_id,
            self.choice,
            self.attachments,
        )
        limits.count_message(seat.participant)
        await seat.post(entry, self)


class Person(Command):
    client_id: ClientId = ""

    async def run(self, seat: CustomerSeat) -> None:
        entry = handoff.ask_for_person(
            seat.participant, seat.view.conversation_id, client_id=self.client_id
        )
        await seat.post(entry, self)


class BackToBot(Command):
    client_id: ClientId = ""

    async def run(self, seat: CustomerSeat) -> None:
        # Leaves a message in the log each time, other than asking for a person once more.
        limits.count_message(seat.participant)
        entry = handoff.back_to_bot(
            seat.participant, seat.view.conversation_id, client_id=self.client_id
        )
        await seat.post(entry, self)


class Switch(Command):
    """Another assistant answers from now on."""

    assistant: Id
    client_id: ClientId = ""

    async def run(self, seat: CustomerSeat) -> None:
        limits.count_message(seat.participant)
        entry = await in_database(
            assistants.switch,
            seat.participant,
            seat.view.conversation_id,
            self.assistant,
            client_id=self.client_id,
        )
        await seat.post(entry, self)


class Contact(Command):
    name: str = ""
    email: str = ""
    client_id: ClientId = ""

    async def run(self, seat: CustomerSeat) -> None:
        limits.count_message(seat.participant)
        pk = seat.view.conversation_id
        entry = contact.leave_contact(
            seat.participant, pk, self.name, self.email, client_id=self.client_id
        )
        await messages.post_message_and_see(entry)
        seat.put({"type": "contact", **await in_database(customers.contact_of, pk)})


class Stop(Command):
    """The bot is to write no further; what it has shown stands."""

    async def run(self, seat: CustomerSeat) -> None:
        events.stop_writing(seat.view.conversation_id)


class Read(Command):
    through: Seq

    async def run(self, seat: CustomerSeat) -> None:
        mark = reading.read(seat.participant, seat.view.conversation_id, self.through)
        await seat.post(mark, self)


class Rate(Command):
    seq: Seq
    value: Literal["up", "down"]

    async def run(self, seat: CustomerSeat) -> None:
        rated = rating.rate(seat.participant, seat.view.conversation_id, self.seq, self.value)
        await seat.post(rated, self)
        if self.value == "down":
            pk = seat.view.conversation_id
            await seat.post(handoff.after_thumbs_down(seat.participant, pk, self.seq), self)


class Typing(Command):
    on: bool

    async def run(self, seat: CustomerSeat) -> None:
        typing.customer_types(seat.view.conversation_id, self.on)


class Earlier(Command):
    before: Seq

    async def run(self, seat: CustomerSeat) -> None:
        seat.put(await earlier(seat.view, self.before))


class CatchUp(Command):
    after: Seq

    async def run(self, seat: CustomerSeat) -> None:
        seat.put(await catch_up(seat.view, self.after))


class Ping(Command):
    async def run(self, seat: Seat) -> None:
        seat.put({"type": "pong"})


async def earlier(view: View, before: int) -> dict[str, object]:
    """The `earlier` frame: up to 50 messages before a seq."""
    start = max(0, min(before, view.seq + 1) - 1 - LAST)
    found = await in_database(page, view.conversation_id, start, before - 1)
    listed = view.audience.listed(found, view.public_id)
    frame = {"type": "earlier", "messages": listed, "before": before, "earlier": start > 0}
    return view.audience.addressed(frame, view.public_id)


async def catch_up(view: View, after: int) -> dict[str, object]:
    """A `messages` frame with what lies after a seq: all, or as much as `through` says."""
    found, through = await in_database(following, view.conversation_id, after)
    listed = view.audience.listed(found, view.public_id)
    frame = {"type": "messages", "messages": listed, "after": after, "through": through}
    return view.audience.addressed(frame, view.public_id)


COMMANDS = decoders(
    {
        "message": Post,
        "person": Person,
        "bot": BackToBot,
        "assistant": Switch,
        "contact": Contact,
        "stop": Stop,
        "read": Read,
        "rate": Rate,
        "typing": Typing,
        "earlier": Earlier,
        "catch_up": CatchUp,
        "receipt": Receipt,
        "ping": Ping,
    }
)
