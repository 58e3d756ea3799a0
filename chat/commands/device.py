"""What a device's frame says: docs/protocol.md, the devices' socket.

Other sockets' commands have a type; a device's are told apart by their keys.
"""

from typing import Annotated, Any, Protocol

import msgspec

from chat import access
from chat.actions import device_messages, messages
from chat.actions.messages import post_message_and_see
from chat.bot import device_answers
from chat.commands.announcements import Announce
from chat.commands.base import ClientId, decoded
from chat.database import in_database, in_search
from chat.errors import Refused

LONGEST_FRAME = 64 * 1024  # bytes
Key = Annotated[str, msgspec.Meta(max_length=200)]
KEYS = (
    "register, device_name, auth_key, to_id, message, question, is_group, announce, disconnect, "
    "client_id"
)


class DeviceSeat(Protocol):
    """What a frame finds at the socket it came from."""

    participant: Any

    async def register(self, name: object, last_key: str) -> None:
        """Answers by itself, whether the name is to be had or not."""

    async def is_known(self, key: str | None) -> bool:
        """Whether the socket is a device's; with a key, whether it is that of the key."""

    async def give_up(self) -> None: ...

    def say(self, line: str) -> None: ...


class DeviceFrame(msgspec.Struct, kw_only=True):
    register: bool = False
    device_name: Any = None  # whatever it is, the answer is one of two
    auth_key: Key | None = None
    to_id: str | None = None
    message: str | None = None
    question: str | None = None
    is_group: bool = False
    announce: Announce | None = None
    disconnect: bool = False
    client_id: ClientId = ""

    async def run(self, seat: DeviceSeat) -> None:
        if self.register:
            await seat.register(self.device_name, self.auth_key or "")
        elif self == NOTHING:
            raise Refused("bad_frame", f"nothing to do in this frame. Its keys may be {KEYS}.")
        elif not await seat.is_known(self.auth_key):
            seat.say("Must Register Your Device First")
        elif self.disconnect:
            await seat.give_up()
        else:
            await self.write(seat)

    async def write(self, seat: DeviceSeat) -> None:
        if self.question is not None:
            await self.ask(seat, self.question)
        elif self.announce is not None:
            await in_database(_announce, seat.participant, self.announce, self.client_id)
        elif self.is_group:
            await self.say_to_all(seat, self.text())
        elif self.to_id is not None or self.message is not None:
            await self.say_to_one(seat, self.text())

    def text(self) -> str:
        if self.message is None:
            raise Refused("bad_frame", "message is missing.")
        return self.message

    async def ask(self, seat: DeviceSeat, question: str) -> None:
        if self.message is not None:
            raise Refused("bad_frame", "a frame has a question or a message, not both.")
        question = messages.clean_body(question)
        reply = await in_search(device_answers.find, question, seat.participant)
        # Only now: whoever gets no answer asks again, and nothing is there twice.
        for entry in await in_database(
            device_answers.entries, seat.participant, question, self.client_id, reply
        ):
            await post_message_and_see(entry)

    async def say_to_all(self, seat: DeviceSeat, text: str) -> None:
        if self.to_id is not None:
            raise Refused("bad_frame", "what goes to all has no to_id.")
        entry = await in_database(device_messages.broadcast, seat.participant, text, self.client_id)
        await post_message_and_see(entry)

    async def say_to_one(self, seat: DeviceSeat, text: str) -> None:
        if self.to_id is None:
            raise Refused("bad_frame", "to_id is missing.")
        to = await in_database(device_messages.recipient, seat.participant, self.to_id)
        entry = device_messages.message(seat.participant, to, text, self.client_id)
        await post_message_and_see(entry)
        if not to.is_here:
            seat.say(f"{to.name} is not online yet")


def _announce(device: Any, announce: Announce, client_id: str) -> None:
    announce.client_id = announce.client_id or client_id
    announce.run(access.device_announcer(device))


NOTHING = DeviceFrame()
_decode = msgspec.json.Decoder(DeviceFrame).decode


def parse(text: str | None) -> DeviceFrame:
    """The frame in a text. Raises Refused, whatever the text is."""
    if text is not None and len(text.encode(errors="surrogatepass")) > LONGEST_FRAME:
        raise Refused("too_long", f"a frame has at most {LONGEST_FRAME // 1024} KiB.")
    return decoded(text, _decode)
