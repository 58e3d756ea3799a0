"""What an agent's socket may ask."""

from typing import Literal

from chat import access, sentiment
from chat.actions import drafts, handoff, messages, presence, reading, typing
from chat.bot.nearest import nearest
from chat.commands.announcements import Receipt
from chat.commands.base import ClientId, Command, Id, Pictures, Seat, Seq, decoders
from chat.commands.customer import Ping, catch_up, earlier
from chat.database import in_database, in_search
from chat.errors import NotFound
from chat.hub import View
from chat.log import Entry


class AgentSeat(Seat):
    async def show_lists(self) -> None: ...

    async def show_announcements(self) -> None: ...

    async def show_more(self, section: str, after: str) -> None: ...

    async def open(self, public_id: str, after: int | None) -> None: ...

    async def show_customer(self, public_id: str) -> None: ...

    def close_view(self, public_id: str) -> None: ...


class Lists(Command):
    async def run(self, seat: AgentSeat) -> None:
        await seat.show_lists()


class Announcements(Command):
    """Their list with live counts, for those who may announce."""

    async def run(self, seat: AgentSeat) -> None:
        await seat.show_announcements()


class More(Command):
    section: Literal["waiting", "mine", "others", "bot", "resolved"]
    after: Id

    async def run(self, seat: AgentSeat) -> None:
        await seat.show_more(self.section, self.after)


class Available(Command):
    on: bool

    async def run(self, seat: AgentSeat) -> None:
        await in_database(presence.set_available, seat.participant, self.on)


class InConversation(Command, kw_only=True):
    conversation: Id

    def reference(self) -> dict[str, object]:
        return {**super().reference(), "conversation": self.conversation}

    async def conversation_id(self, seat: AgentSeat) -> int:
        """The row's id; raises NotFound."""
        view = seat.view_of(self.conversation)
        if view is not None:
            return view.conversation_id
        found = await in_database(access.any_conversation, seat.participant, self.conversation)
        return found.pk

    def view(self, seat: AgentSeat) -> View:
        view = seat.view_of(self.conversation)
        if view is None:
            raise NotFound("Open the conversation first.")
        return view


class Open(InConversation):
    after: Seq | None = None

    async def run(self, seat: AgentSeat) -> None:
        await seat.open(self.conversation, self.after)


class Close(InConversation):
    async def run(self, seat: AgentSeat) -> None:
        seat.close_view(self.conversation)


class Post(InConversation):
    message: str
    client_id: ClientId = ""
    note: bool = False
    attachments: Pictures = ()
    draft: Seq | None = None

    async def run(self, seat: AgentSeat) -> None:
        pk = await self.conversation_id(seat)
        said = self.message, self.client_id, self.attachments
        if self.draft is not None and not self.note:
            entry = await in_database(drafts.edited, seat.participant, pk, self.draft, *said)
        else:
            compose = messages.note if self.note else messages.agent_message
            entry = compose(seat.participant, pk, *said)
        await seat.post(entry, self, self.conversation)


class SendDraft(InConversation):
    """Sends the bot's draft as the agent's message; takes the conversation over where it is
    nobody's. The draft's seq is its client id: pressed twice it goes out once."""

    seq: Seq

    async def run(self, seat: AgentSeat) -> None:
        pk = await self.conversation_id(seat)
        entry = await in_database(drafts.send, seat.participant, pk, self.seq)
        await messages.post_message_and_see(handoff.take_over(seat.participant, pk))
        await messages.post_message_and_see(entry)
        seat.put({"type": "done", **self.reference()})


class Deed(InConversation, kw_only=True):
    """A change of who has the conversation; answered with `done`."""

    client_id: ClientId = ""

    async def entry(self, seat: AgentSeat, pk: int) -> Entry:
        raise NotImplementedError

    async def run(self, seat: AgentSeat) -> None:
        entry = await self.entry(seat, await self.conversation_id(seat))
        await messages.post_message_and_see(entry)
        seat.put({"type": "done", **self.reference()})


class TakeOver(Deed):
    confirm: bool = False

    async def entry(self, seat: AgentSeat, pk: int) -> Entry:
        return handoff.take_over(
            seat.participant, pk, confirm=self.confirm, client_id=self.client_id
        )


class HandBack(Deed):
    async def entry(self, seat: AgentSeat, pk: int) -> Entry:
        return handoff.hand_back(seat.participant, pk, client_id=self.client_id)


class Resolve(Deed):
    async def entry(self, seat: AgentSeat, pk: int) -> Entry:
        return handoff.resolve(seat.participant, pk, client_id=self.client_id)


class Transfer(Deed):
    to: Id

    async def entry(self, seat: AgentSeat, pk: int) -> Entry:
        return await in_database(
            handoff.transfer, seat.participant, pk, self.to, client_id=self.client_id
        )


class Read(InConversation):
    through: Seq

    async def run(self, seat: AgentSeat) -> None:
        mark = reading.read(seat.participant, await self.conversation_id(seat), self.through)
        await seat.post(mark, self, self.conversation)


class Typing(InConversation):
    """Told to the customer while the conversation is this agent's: only then can a reply come."""

    on: bool

    async def run(self, seat: AgentSeat) -> None:
        view = self.view(seat)
        if view.standing is not None and view.standing.agent_key == seat.participant.key:
            typing.agent_types(seat.participant, view.conversation_id, self.on)


class Answers(InConversation):
    """The three entries that are nearest to what the customer asked last."""

    async def run(self, seat: AgentSeat) -> None:
        found = await in_search(nearest, await self.conversation_id(seat))
        seat.put({"type": "answers", "conversation": self.conversation, **found})


class Sentiment(InConversation):
    """How the customer sounds; computed now, and stored nowhere."""

    async def run(self, seat: AgentSeat) -> None:
        found = await in_search(sentiment.of_conversation, await self.conversation_id(seat))
        seat.put({"type": "sentiment", "conversation": self.conversation, **found})


class Customer(InConversation):
    """Who the customer is, as far as that is known by now."""

    async def run(self, seat: AgentSeat) -> None:
        await seat.show_customer(self.conversation)


class Earlier(InConversation):
    before: Seq

    async def run(self, seat: AgentSeat) -> None:
        seat.put(await earlier(self.view(seat), self.before))


class CatchUp(InConversation):
    after: Seq

    async def run(self, seat: AgentSeat) -> None:
        seat.put(await catch_up(self.view(seat), self.after))


COMMANDS = decoders(
    {
        "lists": Lists,
        "more": More,
        "available": Available,
        "open": Open,
        "close": Close,
        "message": Post,
        "send_draft": SendDraft,
        "take_over": TakeOver,
        "hand_back": HandBack,
        "resolve": Resolve,
        "transfer": Transfer,
        "read": Read,
        "typing": Typing,
        "earlier": Earlier,
        "catch_up": CatchUp,
        "answers": Answers,
        "announcements": Announcements,
        "receipt": Receipt,
        "customer": Customer,
        "sentiment": Sentiment,
        "ping": Ping,
    }
)
