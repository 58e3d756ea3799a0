"""Decoding: text in, a validated command or Refused out, whatever the text is."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Protocol

import msgspec

from chat.access import Participant
from chat.errors import Refused
from chat.frames import Frame
from chat.hub import Hub, Socket, View
from chat.log import Item

ClientId = Annotated[str, msgspec.Meta(max_length=64)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Id = Annotated[str, msgspec.Meta(max_length=80)]
Picture = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Pictures = Annotated[tuple[Picture, ...], msgspec.Meta(max_length=4)]


class Seat(Protocol):
    """What a command finds at the socket it came from."""

    participant: Participant
    hub: Hub
    socket: Socket

    def put(self, frame: Frame) -> None: ...

    async def post(self, entry: Item, command: "Command", conversation: str = "") -> None:
        """Appends to the log without holding up the frames behind; a refusal is sent."""

    def view_of(self, public_id: str) -> View | None: ...


class Command(msgspec.Struct, kw_only=True):
    """One command. `id` comes back in `done` and `error`."""

    is_counted: ClassVar[bool] = True
    id: ClientId | None = None

    async def run(self, seat: Any) -> None:
        raise NotImplementedError

    def reference(self) -> Frame:
        """What tells the sender which of its frames an answer is about."""
        marks = {"id": self.id, "client_id": getattr(self, "client_id", "")}
        return {name: value for name, value in marks.items() if value}


class _Kind(msgspec.Struct):
    type: str = "message"


_kind = msgspec.json.Decoder(_Kind).decode


class Decoders(dict[str, msgspec.json.Decoder[Command]]):
    """{type: decoder} of a socket's commands."""

    def decode(self, text: str) -> Command:
        kind = _kind(text).type
        decoder = self.get(kind)
        if decoder is None:
            raise Refused("unknown_type", f"There is no command {kind[:40]!r}.")
        return decoder.decode(text)


def decoders(commands: Mapping[str, type[Command]]) -> Decoders:
    return Decoders({name: msgspec.json.Decoder(command) for name, command in commands.items()})


def parse(text: str | None, table: Decoders) -> Command:
    """The command in a frame. Raises Refused with bad_json, bad_frame or unknown_type."""
    return decoded(text, table.decode)


def decoded(text: str | None, decode: Callable[[str], Any]) -> Any:
    """What `decode` makes of a frame's text. Raises Refused with bad_json or bad_frame."""
    if text is None:
        raise Refused("bad_frame", "Send text frames; this one was binary.")
    try:
        command = decode(text)
    except msgspec.ValidationError as error:
        raise Refused("bad_frame", str(error)) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused("bad_json", f"This is not JSON: {error}") from None
    except RecursionError:
        raise Refused("bad_json", "This is nested too deeply.") from None
    if "\\u0000" in text:
        _refuse_nul(command)
    return command


def _refuse_nul(command: msgspec.Struct) -> None:
    for name in command.__struct_fields__:
        value = getattr(command, name)
        if isinstance(value, str) and "\x00" in value:
            # The sender need not wait: everything else about this frame is known.
            mine = command.reference() if isinstance(command, Command) else {}
            raise Refused("bad_frame", f"{name} cannot contain the character NUL.", **mine)
