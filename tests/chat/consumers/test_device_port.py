"""Devices on a port of their own; limits; what waits while the server is away."""

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.services.devices import Device
from tests.services.ports import free_port

pytestmark = pytest.mark.server
LIMIT = 12  # frames a second


@pytest.fixture(scope="module")
def server(module_desk):
    port = free_port()
    found = module_desk(
        bot="outside", device_port=port, device_commands_a_second=LIMIT, sockets_by_address=6
    ).server()
    found.device_port = port
    return found


@pytest.fixture
def address(server) -> str:
    return f"ws://127.0.0.1:{server.device_port}/"


def test_the_port_has_devices_and_nothing_else(server, address):
    with Device(address, "On the port") as one, Device(f"{server.sockets}/", "Beside") as other:
        one.say("Beside", "hello")
        assert other.line() == "Message from On the port: hello"
    page = httpx.get(address.replace("ws:", "http:"))
    assert (page.status_code, page.headers["upgrade"]) == (426, "websocket")
    assert httpx.get(f"{address.replace('ws:', 'http:')}admin/").status_code == 426
    for path in ("ws/agent/", "ws/chat/alice/", "conversation/ws"):
        with pytest.raises(InvalidStatus):
            Device(f"{address}{path}")
    with pytest.raises(InvalidStatus):
        Device(address, origin="http://evil.example")


def test_more_frames_a_second_are_an_error_each_and_the_socket_lives(address):
    with Device(address, "Hasty") as device:
        for _ in range(3 * LIMIT):
            device.send('{"question": ""}')
        lines = [device.line() for _ in range(3 * LIMIT)]
        assert all(line.startswith("Error: ") for line in lines)
        too_many = [line for line in lines if f"more than {LIMIT} commands a second" in line]
        assert len(too_many) >= LIMIT - 1  # a second may begin in between
        device.quiet(1)
        device.send('{"question": ""}')
        assert "empty" in device.line()


def test_one_address_opens_so_many_and_is_told(address):
    held = [Device(address) for _ in range(6)]
    try:
        with Device(address) as seventh:
            assert seventh.line() == "Error: There are already 6 connections open."
            assert seventh.close_code() == 4008
    finally:
        for one in held:
            one.close()


def test_what_waits_is_there_after_a_restart(server, address):
    with Device(address, "Sender") as sender:
        key = sender.key
        sender.say("Waiting", "first")
        assert sender.line() == "Waiting is not online yet"
    server.restart()
    with Device(address, "Sender", key) as sender, Device(address) as waiting:
        sender.say("Waiting", "second")
        assert sender.line() == "Waiting is not online yet"
        waiting.register("Waiting")
        for text in ("first", "second"):
            assert waiting.line() == f"Message from Sender: {text}"
            assert sender.line() == f"Message: {text} delivered to Waiting"
        waiting_key = waiting.key
        server.restart()
    with Device(address, "Sender", key) as sender, Device(address, "", waiting_key) as waiting:
        sender.send("{}")
        waiting.send({})
        assert [line[:21] for line in sender.quiet()] == ["Error: nothing to do "]
        assert waiting.quiet() == []
