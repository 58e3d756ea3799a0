"""Frames are cut as RFC 6455 says, and what is odd stays with the library."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode

from helpdesk.websocket import UNREAD, WRITE, Protocol
from tests.services.patience import EVENTUALLY

LONGEST = 64 * 1024


class Echo:
    """An ASGI application that answers each text with itself, by `now` or by `send`."""

    def __init__(self) -> None:
        self.by_now = True
        self.reads = asyncio.Event()
        self.reads.set()
        self.disconnects: list[int] = []

    async def __call__(self, scope, receive, send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        write_now = scope["extensions"][WRITE]["now"]
        while True:
            await self.reads.wait()
            event = await receive()
            if event["type"] == "websocket.disconnect":
                self.disconnects.append(event["code"])
                return
            text = event.get("text") or repr(event.get("bytes") or "")
            if not (self.by_now and write_now(text)):
                await send({"type": "websocket.send", "text": text})


class Line:
    """A connection: `client` is its far end, `protocol` what serves it here."""

    def __init__(self, echo: Echo, client: ClientConnection, protocol: Protocol) -> None:
        self.echo, self.client, self.protocol = echo, client, protocol

    def arrives(self, data: bytes, piece: int = LONGEST) -> None:
        """The server reads the client's bytes in pieces of that size."""
        for start in range(0, len(data), piece):
            self.protocol.data_received(data[start : start + piece])

    async def close_code(self) -> int:
        await asyncio.wait_for(self.client.wait_closed(), EVENTUALLY)
        return self.client.close_code


def frame(payload: bytes, opcode: Opcode = Opcode.TEXT, **options: bool) -> bytes:
    """As a client sends it, unless told otherwise."""
    mask = options.pop("mask", True)
    return Frame(opcode, payload, **options).serialize(mask=mask)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    echo, made = Echo(), list[Protocol]()

    class Known(Protocol):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            made.append(self)

    config = uvicorn.Config(
        echo, ws=Known, ws_max_size=LONGEST, ws_per_message_deflate=False, log_config=None
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),
        "127.0.0.1",
        0,
    )
    port = server.sockets[0].getsockname()[1]
    async with connect(f"ws://127.0.0.1:{port}/ws/", max_size=None, compression=None) as client:
        yield Line(echo, client, made[0])
    server.close()


@pytest.mark.parametrize("piece", [1, 7, LONGEST * 4])
async def test_texts_of_every_size_arrive_however_they_are_cut(line, piece):
    texts = ["", "a", "ä" * 62, "b" * 126, "ß" * 500, "c" * (1000 if piece == 1 else 65535)]
    line.arrives(b"".join(frame(text.encode()) for text in texts), piece)
    assert [await line.client.recv() for _ in texts] == [text or "''" for text in texts]
    assert line.protocol.is_cutting


async def test_the_longest_text_arrives_and_a_longer_one_is_refused(line):
    line.arrives(frame(b"x" * LONGEST))
    assert await line.client.recv() == "x" * LONGEST
    line.arrives(frame(b"x" * (LONGEST + 1)))
    assert await line.close_code() == 1009


async def test_a_message_in_fragments_is_one_message(line):
    parts = [
        frame(b"one", fin=False),
        frame(b" and ", Opcode.CONT, fin=False),
        frame(b"?", Opcode.PING),
        frame(b"two", Opcode.CONT),
        frame(b"three"),
    ]
    line.arrives(b"".join(parts), 5)
    assert [await line.client.recv() for _ in range(2)] == ["one and two", "three"]


async def test_binary_frames_arrive_as_such(line):
    line.arrives(frame(b"before") + frame(b"\x00\xff", Opcode.BINARY) + frame(b"after"))
    assert [await line.client.recv() for _ in range(3)] == ["before", r"b'\x00\xff'", "after"]


async def test_pings_between_texts_are_answered(line):
    pong = await line.client.ping()
    await line.client.send("text")
    assert await line.client.recv() == "text"
    await asyncio.wait_for(pong, 5)
    assert line.protocol.is_cutting


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(b"\xff\xfe"), 1007),
        (frame(b"text", mask=False), 1002),
        (frame(b"", Opcode.CLOSE, mask=False), 1002),
        (b"\xc1\x80\0\0\0\0", 1002),
        (frame(b"text", Opcode.CONT), 1002),
        (b"\x83\x80\0\0\0\0", 1002),
        (b"\x89\xfe\0\x82\0\0\0\0" + b"?" * 130, 1002),
        (frame(b"begun", fin=False) + frame(b"another"), 1002),
    ],
    ids=[
        "UTF-8",
        "mask",
        "masked close",
        "extension",
        "continued",
        "opcode",
        "ping",
        "interleaved",
    ],
)
@pytest.mark.parametrize("piece", [1, LONGEST])
async def test_what_breaks_the_rules_is_closed_with_its_code(line, data, code, piece):
    line.arrives(frame(b"fine"))
    assert await line.client.recv() == "fine"
    line.arrives(data, piece)
    assert await line.close_code() == code


async def test_who_says_goodbye_is_answered_and_not_heard_any_more(line):
    line.arrives(frame(b"\x03\xe8", Opcode.CLOSE) + frame(b"late"))
    assert await line.close_code() == 1000
    assert line.echo.disconnects == [1000]


async def test_a_reader_that_does_not_read_is_written_to_by_send_and_loses_nothing(line):
    large = "x" * 60_000
    line.client.transport.pause_reading()
    written = 0
    while line.protocol.write_now(large):
        written += 1
        assert written < 1000
    assert not line.protocol.write_now("now")
    line.arrives(frame(b"then"))
    await asyncio.sleep(0.05)
    line.client.transport.resume_reading()
    assert [await line.client.recv() for _ in range(written + 1)] == [large] * written + ["then"]
    assert line.protocol.write_now("now")


async def test_nothing_is_written_to_a_socket_that_closes(line):
    line.arrives(frame(b"\x03\xe8", Opcode.CLOSE))
    assert not line.protocol.write_now("late")


async def test_an_application_that_is_behind_stops_the_reading(line):
    line.echo.reads.clear()
    await line.client.send("0")
    assert await line.client.recv() == "0"  # it was waiting for one already
    for number in range(UNREAD + 1):
        line.arrives(frame(str(number).encode()))
    assert line.protocol.read_paused
    line.echo.reads.set()
    assert [await line.client.recv() for _ in range(UNREAD + 1)] == [
        str(number) for number in range(UNREAD + 1)
    ]
    assert not line.protocol.read_paused
