"""Through the proxy to the desk under supervisord: killed, restarted, and nothing lost."""

import os
import signal
import time

import pytest

from tests.deploy.supervised import PROCESSES, Supervised
from tests.deploy.talkers import Talker, assert_whole
from tests.services.devices import Device
from tests.services.patience import EVENTUALLY
from tests.services.ws import logged_in, visitor

pytestmark = [pytest.mark.server, pytest.mark.slow]
PLENTY = {"messages_a_minute": 100_000, "messages_a_minute_by_address": 100_000}


@pytest.fixture(scope="module")
def desk(request, tmp_path_factory):
    template = request.getfixturevalue("demo_on_postgres")
    url = request.getfixturevalue("postgres").create("supervised", template)
    redis = request.getfixturevalue("shared_redis")
    data = tmp_path_factory.mktemp("supervised")
    supervised = Supervised(data, database_url=url, redis_url=redis.url, **PLENTY)
    try:
        supervised.start()
        yield supervised
    finally:
        supervised.stop()


@pytest.fixture
def talkers(desk):
    found = [Talker(visitor(desk, f"talker-{number}-{time.time_ns()}")) for number in range(3)]
    for talker in found:
        # With a person the bot is silent, and the thread is the customer's own.
        with talker.person.chat() as chat:
            chat.send({"type": "person"})
            chat.receive("status", status="open")
        talker.start()
    for talker in found:
        talker.has_said(5)
    yield found
    for talker in found:
        talker.over.set()


def wait_until_new(desk: Supervised, before: dict[str, int]) -> None:
    """Until other processes have taken the place of these, by name and pid."""
    deadline = time.monotonic() + EVENTUALLY
    while not (desk.is_up() and all(desk.pid(name) != before[name] for name in before)):
        assert time.monotonic() < deadline, desk.supervisorctl("status")
        time.sleep(0.1)


def end(talkers: list[Talker]) -> None:
    for talker in talkers:
        talker.has_said(5)
        talker.stop()
        assert_whole(talker, talker.acknowledged, talker.thread())


def test_a_chat_through_the_proxy_reaches_bot_and_agent(desk):
    alice, carol = visitor(desk, "through-the-proxy"), logged_in(desk)
    with alice.chat() as chat, carol.desk() as dashboard:
        chat.say("How do I connect to the Wi-Fi?")
        assert "source" in chat.receive("message", sender="bot")
        dashboard.send({"type": "take_over", "conversation": "through-the-proxy"})
        dashboard.receive("done")
        frame = {"type": "message", "conversation": "through-the-proxy", "message": "Hello!"}
        dashboard.send(frame)
        assert chat.receive("message", sender="agent")["message"] == "Hello!"


def test_the_devices_port_is_one_process_s_and_reaches_the_others(desk):
    port = f"ws://127.0.0.1:{desk.device_port}/"
    with Device(port, "On the port") as one, Device(f"{desk.sockets}/", "By the proxy") as other:
        one.say("By the proxy", "hello")
        assert other.line() == "Message from On the port: hello"


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_comes_back_and_nothing_is_lost(desk, talkers, name):
    before = {name: desk.pid(name)}
    os.kill(before[name], signal.SIGKILL)
    wait_until_new(desk, before)
    end(talkers)
    if name == "bot":
        with visitor(desk, "after-the-kill").chat() as chat:
            chat.say("How do I connect to the Wi-Fi?")
            assert "source" in chat.receive("message", sender="bot")


def test_one_web_process_after_the_other_restarts_and_no_message_fails(desk, talkers):
    for name in ("web:web_1", "web:web_2"):
        assert "started" in desk.supervisorctl("restart", name)
        desk.supervisord.wait_until(desk.is_up)
    end(talkers)
    assert_only_restarts(talkers)


def test_both_web_processes_reload_at_once_and_no_message_fails(desk, talkers):
    before = {name: desk.pid(name) for name in ("web:web_1", "web:web_2")}
    desk.supervisorctl("signal", "HUP", "web:*")
    wait_until_new(desk, before)
    end(talkers)
    assert_only_restarts(talkers)
    # They ended in order: what they had in hand was acknowledged, and each socket told why.
    assert {talker.close_code for talker in talkers} == {1012}


def assert_only_restarts(talkers: list[Talker]) -> None:
    """What was refused while a process drained is sent again, and is no failure."""
    codes = {error["code"] for talker in talkers for error in talker.errors}
    assert codes <= {"restarting"}
    assert sum(talker.breaks for talker in talkers) > 0


def test_a_reloaded_proxy_breaks_no_connection(desk, talkers):
    for number in range(2):
        desk.reload_proxy()
        with visitor(desk, f"by-the-new-files-{number}").chat() as chat:
            client_id = chat.say("hello")
            chat.receive("message", client_id=client_id)
        for talker in talkers:
            talker.has_said(5)
    end(talkers)
    assert [(talker.breaks, talker.errors) for talker in talkers] == [(0, [])] * len(talkers)
