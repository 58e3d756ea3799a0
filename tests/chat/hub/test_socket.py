"""One socket's queue: bounded, in order, closed behind what is queued."""

import asyncio

from chat.hub.socket import TOO_SLOW, WAITING_FRAMES, Socket
from tests.chat.hub.sockets import Wire, until


async def test_what_overflows_is_closed_with_a_reason_and_holds_nothing_any_more():
    wire = Wire()
    wire.reads.clear()
    for i in range(WAITING_FRAMES + 2):
        wire.socket.put(f"{i}")
    assert not wire.socket.frames
    assert wire.socket.closing == (TOO_SLOW, "This connection reads too slowly.")
    wire.socket.put("9")
    assert not wire.socket.frames


async def test_it_closes_behind_what_is_queued():
    wire = Wire()
    wire.socket.put('{"type":"pong"}')
    wire.socket.close(4001, "over")
    wire.socket.put('{"type":"late"}')
    await until(lambda: wire.close)
    assert wire.frames == [{"type": "pong"}]
    assert wire.close == (4001, "over")


async def test_the_first_reason_to_close_stands():
    wire = Wire()
    wire.socket.close(4001, "over")
    wire.socket.close(1012, "restarting")
    await until(lambda: wire.close)
    assert wire.close == (4001, "over")


async def test_a_peer_that_is_gone_ends_the_writing_quietly():
    async def send(message):
        raise ConnectionResetError

    socket = Socket(None, send)
    socket.put("hello")
    await asyncio.wait_for(socket.task, 2)
    socket.put("again")
    assert not list(socket.frames)


async def test_leaving_ends_the_writing_of_a_peer_that_never_reads():
    wire = Wire()
    wire.reads.clear()
    wire.socket.put("hello")
    await asyncio.sleep(0)
    await asyncio.wait_for(wire.socket.gone(), 2)
    assert wire.socket.task.done()


async def test_what_is_written_at_once_never_overtakes_what_waits():
    """As with a server that writes at once while the reader keeps up."""
    wire, keeps_up = Wire(), True

    def write_now(text):
        if keeps_up:
            wire.texts.append(text)
        return keeps_up

    wire.socket.write_now = write_now
    wire.socket.put("1")
    assert wire.texts == ["1"]
    keeps_up = False
    wire.reads.clear()
    wire.socket.put("2")
    await asyncio.sleep(0)  # its task waits in `send`, with "2" in hand
    keeps_up = True
    wire.socket.put("3")
    assert wire.texts == ["1"]
    wire.reads.set()
    await until(lambda: len(wire.texts) == 3)
    wire.socket.put("4")
    assert wire.texts == ["1", "2", "3", "4"]
