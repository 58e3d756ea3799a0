"""A relay on `websockets` that stores nothing: what this stack can carry.

`relay.py PORT send|broadcast`. Whoever connects to /NAME is a member of conversation NAME; a
frame from one member goes, numbered, to all of them. Messages exist only while passed on.
"""

import sys
from collections import defaultdict

import msgspec
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


class Frame(msgspec.Struct, omit_defaults=True):
    """The least that our own frames also carry; both ends read the same shape from all servers."""

    type: str = "message"
    client_id: str = ""
    message: str = ""
    seq: int = 0


decode = msgspec.json.Decoder(Frame).decode
encode = msgspec.json.Encoder().encode


class Conversation:
    def __init__(self) -> None:
        self.members: set[ServerConnection] = set()
        self.seq = 0


conversations: dict[str, Conversation] = defaultdict(Conversation)


async def send(members: set[ServerConnection], text: bytes) -> None:
    """As in the library's introduction: each in turn, waiting for whoever reads slowly."""
    for socket in tuple(members):
        await socket.send(text, text=True)


async def send_to_all(members: set[ServerConnection], text: bytes) -> None:
    """A third cheaper, and waits for nobody: a slow reader's frames pile up."""
    broadcast(members, text, text=True)


pass_on = send_to_all if sys.argv[2:] == ["broadcast"] else send


async def member(socket: ServerConnection) -> None:
    assert socket.request is not None
    conversation = conversations[socket.request.path]
    conversation.members.add(socket)
    try:
        await socket.send('{"type":"history"}')
        while True:
            frame = decode(await socket.recv(decode=False))
            conversation.seq += 1
            frame.seq = conversation.seq
            await pass_on(conversation.members, encode(frame))
    except ConnectionClosed:
        pass
    finally:
        conversation.members.discard(socket)


async def main(port: int) -> None:
    # No deflate and no pings: nothing that would slow the ceiling down.
    async with serve(member, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
