"""What a member's socket may ask: docs/protocol.md, the members' socket."""

from typing import Annotated, Literal

import msgspec

from chat import limits
from chat.actions import members as sharing
from chat.actions.messages import post_message_and_see
from chat.commands.announcements import Receipt
from chat.commands.base import ClientId, Command, Id, Seat, decoders
from chat.commands.customer import Ping
from chat.database import in_database
from chat.errors import NotAllowed, Refused

Address = Annotated[str, msgspec.Meta(max_length=254)]
Addresses = Annotated[list[Address], msgspec.Meta(max_length=sharing.MOST_MEMBERS)]
Subject = Annotated[str, msgspec.Meta(max_length=sharing.LONGEST_SUBJECT)]
Party = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
MOST_ITEMS = 50


class Item(msgspec.Struct):
    """One text of a SEND. `is_read` is the server's to say: what a client says is not looked at."""

    text: str
    sender: Address
    is_read: Addresses = []
    client_id: ClientId = ""


class ChatList(Command):
    email: Address

    async def run(self, seat: Seat) -> None:
        refuse_others(seat, self.email)
        seat.put(await in_database(sharing.chat_list, seat.participant))


class Send(Command):
    is_counted = False  # as a command, being counted as messages
    members: Addresses
    message: Annotated[list[Item], msgspec.Meta(max_length=MOST_ITEMS)]
    config_id: Id | None = None
    subject: Subject = ""
    party: Party | None = None
    roles: dict[str, Literal["customer", "seller", "bank", "other"]] = {}

    async def run(self, seat: Seat) -> None:
        if not self.message:
            raise Refused("empty", "There is nothing to send: message has no item.")
        for item in self.message:
            refuse_others(seat, item.sender)
            refuse_nul(item.text, item.client_id)
            limits.count_message(seat.participant)
        refuse_nul(*self.members, *self.roles)
        frame = await in_database(sharing.send, seat.participant, self.draft())
        if frame is not None:
            seat.put(frame)

    def draft(self) -> sharing.Draft:
        return sharing.Draft(
            self.config_id or "",
            self.members,
            self.subject.strip(),
            self.party,
            [(item.text, item.client_id) for item in self.message],
            {email.strip().lower(): role for email, role in self.roles.items()},
        )


class Receive(Command):
    config_id: Id
    members: Addresses = []
    page: Annotated[int, msgspec.Meta(ge=1, le=2**31)] = 1

    async def run(self, seat: Seat) -> None:
        frame, mark = await in_database(
            sharing.read_page, seat.participant, self.config_id, self.page
        )
        if mark is not None:
            await post_message_and_see(mark)
        seat.put(frame)


def refuse_others(seat: Seat, email: str) -> None:
    if email.strip().lower() != seat.participant.email:
        raise NotAllowed(f"You are {seat.participant.email}, and nobody else here.")


def refuse_nul(*texts: str) -> None:
    if any("\x00" in text for text in texts):
        raise Refused("bad_frame", "Texts cannot contain the character NUL.")


COMMANDS = decoders(
    {
        "CHAT_LIST": ChatList,
        "SEND": Send,
        "RECEIVE": Receive,
        "RECEIPT": Receipt,
        "ping": Ping,
    }
)
