"""One member of a conversation: writes, receives, and keeps what is needed to judge both."""

import asyncio
from collections.abc import Callable
from time import perf_counter

import msgspec

from bench.load.websocket import WebSocket, connect
from bench.servers.server import Seat

# What people write in a help desk is about this long.
FILLER = "the printer on the second floor says that it is out of paper, and it is not"


class Item(msgspec.Struct, gc=False):
    """A message as it stands in a `messages` frame."""

    seq: int = 0
    client_id: str = ""
    content: str = ""


class Frame(msgspec.Struct, gc=False):
    """What the generator reads of a frame from the server."""

    type: str
    seq: int = 0
    client_id: str = ""
    message: str = ""
    messages: list[Item] = []
    code: str = ""


decode = msgspec.json.Decoder(Frame).decode


def body(client_id: str) -> str:
    """The text that belongs to a client id: a swapped or mangled one is seen at once."""
    return f"{client_id}: {FILLER}"


class Conversation:
    """What its members wrote in this measurement: client id -> when, in perf_counter seconds."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}


class Member:
    """`on_own(member)` is called when an own message came back, which acknowledges it."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.written = 0  # over all measurements: client ids are never used twice
        self.acknowledged = 0
        self.refused: list[str] = []
        self.on_own: Callable[[Member], None] | None = None
        self.socket: WebSocket | None = None
        self.begin(Conversation(), [])

    def begin(self, conversation: Conversation, delays: list[tuple[float, float]]) -> None:
        """Forgets the last measurement. `delays` takes (arrived, seconds since sent)."""
        self.conversation, self.delays = conversation, delays
        self.received: list[tuple[int, str, str]] = []

    async def connect(self, port: int) -> None:
        """Sits down; returns when the server has said what went before.

        Raises OSError, HandshakeFailed or TimeoutError when it does not.
        """
        self.history: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.socket = await connect(port, self.seat.path, self.seat.headers, self.on_text)
        for command in self.seat.opening:
            self.socket.send(command)
        await asyncio.wait_for(self.history, 20)

    @property
    def is_seated(self) -> bool:
        return self.socket is not None and self.socket.is_open

    async def leave(self) -> None:
        if self.socket:
            await self.socket.close()

    def write(self, sent: float | None = None) -> None:
        """Sends the next message; `sent` is when it was due, where that was earlier."""
        if not self.socket or not self.socket.is_open:
            return  # the server closed it; what it had not delivered counts as lost
        self.written += 1
        client_id = f"{self.seat.key}-{self.written}"
        payload = b'%b,"client_id":"%b","message":"%b"}' % (
            self.seat.head,
            client_id.encode(),
            body(client_id).encode(),
        )
        self.conversation.sent[client_id] = sent or perf_counter()
        self.socket.send(payload)

    def on_text(self, payload: bytes, arrived: float) -> None:
        frame = decode(payload)
        if frame.type == "message":
            self.take(frame.seq, frame.client_id, frame.message, arrived)
        elif frame.type == "messages":
            for item in frame.messages:
                self.take(item.seq, item.client_id, item.content, arrived)
        elif frame.type == "history":
            if not self.history.done():
                self.history.set_result(None)
        elif frame.type == "error":
            self.refuse(frame, payload)

    def take(self, seq: int, client_id: str, text: str, arrived: float) -> None:
        sent = self.conversation.sent.get(client_id)
        if sent is None:  # a straggler of an earlier measurement, or nobody's
            return
        self.received.append((seq, client_id, text))
        self.delays.append((arrived, arrived - sent))
        if client_id[0] == self.seat.key[0]:
            self.acknowledged += 1
            if self.on_own:
                self.on_own(self)

    def refuse(self, frame: Frame, payload: bytes) -> None:
        """An error frame answers one message: it is not lost, it was never taken."""
        self.refused.append(payload.decode())
        if self.conversation.sent.pop(frame.client_id, None) is not None and self.on_own:
            self.on_own(self)
