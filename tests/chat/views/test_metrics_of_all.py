"""/metrics of a desk of several processes: one answer for all, to who has the token."""

import time

import httpx
import pytest

from tests.services.patience import EVENTUALLY
from tests.services.ports import free_port
from tests.services.ws import visitor

pytestmark = pytest.mark.server

TOKEN = {"Authorization": "Bearer a-token-for-the-tests"}
ANSWERED = 'helpdesk_bot_turns_total{outcome="small_talk"}'


def told(url: str) -> dict[str, float]:
    lines = httpx.get(f"{url}/metrics", headers=TOKEN, timeout=20).raise_for_status().text
    pairs = [line.rpartition(" ") for line in lines.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def wait_for(url: str, **expected: float) -> None:
    """Wait until a process tells these figures."""
    end = time.monotonic() + EVENTUALLY
    while not expected.items() <= (found := told(url)).items():
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_web_processes_and_the_bot_s_tell_the_same(make_desk):
    ports = {"metrics_port": free_port(), "device_port": free_port()}
    token = "a-token-for-the-tests"
    desk = make_desk(on="postgresql", redis=True, bot="outside", metrics_token=token, **ports)
    server = desk.server("serve", "--processes", "2")
    bot = desk.bot()
    metrics_port = f"http://127.0.0.1:{ports['metrics_port']}"
    everybody = (*[server.url] * 5, metrics_port)
    alice, bob = visitor(server, "alice"), visitor(server, "bob")
    with alice.chat() as first, bob.chat(), bob.chat():
        first.say("hello")
        first.receive("message", sender="bot")
        for url in everybody:
            wait_for(url, **{ANSWERED: 1, "helpdesk_sockets": 3})
    bot.kill()
    wait_for(server.url, **{ANSWERED: 1, "helpdesk_sockets": 0})
    sizes = [
        size
        for name, size in told(server.url).items()
        if name.startswith("helpdesk_process_memory")
    ]
    assert len(sizes) == 3  # the one that watches over the two, too
    assert min(sizes) > 10_000_000


def test_a_token_is_wanted_from_this_machine_too(make_desk):
    port = free_port()
    token = "a-token-for-the-tests"
    desk = make_desk(bot="outside", redis=True, metrics_token=token, metrics_port=port)
    server, bot = desk.server(), desk.bot()
    bot.wait_until(lambda: "the bot's worker runs" in bot.log)
    for url in (server.url, f"http://127.0.0.1:{port}"):
        assert told(url)
        for headers in ({}, {"Authorization": "Bearer another"}):
            assert httpx.get(f"{url}/metrics", headers=headers).status_code == 403
