"""A WebSocket client with nothing to spare: text frames in, text frames out (RFC 6455)."""

import asyncio
import base64
import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import cast

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
# Masking is a rule for browsers behind proxies. A key of zeros keeps to the letter of it,
# costs the server what any key costs, and costs the generator nothing.
MASK = b"\0\0\0\0"


class HandshakeFailed(Exception):
    """The server answered something else than 101."""


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One masked, unfragmented client frame."""
    size = len(payload)
    if size < 126:
        return bytes((opcode, 0x80 | size)) + MASK + payload
    if size < 65536:
        return bytes((opcode, 0xFE, size >> 8, size & 255)) + MASK + payload
    return bytes((opcode, 0xFF)) + size.to_bytes(8, "big") + MASK + payload


class WebSocket(asyncio.Protocol):
    """Calls `on_text(payload, arrived)` for each text frame; `arrived` in perf_counter seconds."""

    def __init__(self, request: bytes, on_text: Callable[[bytes, float], None]) -> None:
        self.request = request
        self.on_text = on_text
        self.rest = b""
        self.is_open = False
        self.close_code: int | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by inheritance.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        arrived = perf_counter()
        if self.rest:
            data = self.rest + data
            self.rest = b""
        if self.is_open:
            self.read_frames(data, arrived)
        else:
            self.read_handshake(data, arrived)

    def read_handshake(self, data: bytes, arrived: float) -> None:
        head, end, frames = data.partition(b"\r\n\r\n")
        if not end:
            self.rest = data
        elif b" 101 " not in head.partition(b"\r\n")[0]:
            self.fail(HandshakeFailed(head.decode(errors="replace")))
        else:
            self.is_open = True
            self.opened.set_result(None)
            self.read_frames(frames, arrived)

    def read_frames(self, data: bytes, arrived: float) -> None:
        """The hot path: no helper calls, one slice a frame."""
        position, size = 0, len(data)
        while size - position >= 2:
            opcode, length, start = data[position], data[position + 1], position + 2
            if length == 126:
                start += 2
                length = int.from_bytes(data[position + 2 : start], "big")
            elif length == 127:
                start += 8
                length = int.from_bytes(data[position + 2 : start], "big")
            end = start + length
            if end > size or start > size:
                break
            if opcode == TEXT:
                self.on_text(data[start:end], arrived)
            else:
                self.control(opcode, data[start:end])
            position = end
        self.rest = data[position:]

    def control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.transport.write(frame(payload, PONG))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big") or 1005
            self.transport.close()
        elif opcode != PONG:
            raise ValueError(f"a frame this client does not know: {opcode:#x}")

    def send(self, payload: bytes) -> None:
        """Writes one text frame."""
        self.transport.write(frame(payload))

    def fail(self, reason: Exception) -> None:
        if not self.opened.done():
            self.opened.set_exception(reason)
        self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("closed during the handshake"))
        if not self.closed.done():
            self.closed.set_result(None)

    async def close(self) -> None:
        """Says good-bye and waits at most 2 s for the other end."""
        if self.is_open:
            self.transport.write(frame((1000).to_bytes(2, "big"), CLOSE))
        await asyncio.wait([self.closed], timeout=2)
        self.transport.abort()


def upgrade_request(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    """The HTTP request that opens a WebSocket at 127.0.0.1:`port`."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def connect(
    port: int, path: str, headers: Mapping[str, str], on_text: Callable[[bytes, float], None]
) -> WebSocket:
    """An open socket. Raises HandshakeFailed, OSError, or TimeoutError after 20 s."""
    request = upgrade_request(port, path, headers)
    _, socket = await asyncio.get_running_loop().create_connection(
        lambda: WebSocket(request, on_text), "127.0.0.1", port
    )
    await asyncio.wait_for(socket.opened, 20)
    return socket
