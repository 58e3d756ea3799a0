"""The three ways to serve, each as a process of its own that somebody chats through."""

import json
import signal

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.services.process import Process
from tests.services.server import Desk, Server, copy_of_demo
from tests.services.ws import visitor

pytestmark = pytest.mark.server

# Servers tidy up and then die of the signal, or exit as if nothing had been.
IN_ORDER = (0, -signal.SIGTERM)
QUESTION = "How do I connect to the Wi-Fi?"


@pytest.fixture(scope="module", params=["serve", "daphne", "runserver"])
def any_server(request, demo, tmp_path_factory):
    desk = copy_of_demo(demo, tmp_path_factory.mktemp("serving") / "data")
    yield desk.server(request.param)
    desk.close()


def test_a_customer_asks_and_the_bot_answers(any_server):
    with visitor(any_server).chat() as chat:
        assert chat.history["messages"] == []
        client_id = chat.say(QUESTION)
        question = chat.receive("message", sender="customer")
        assert question["client_id"] == client_id
        assert question["message"] == QUESTION
        answer = chat.receive("message", sender="bot")
        assert answer["seq"] == question["seq"] + 1
    with visitor(any_server).chat() as somebody_else:
        assert somebody_else.history["messages"] == []


def test_both_names_of_this_machine_and_the_static_files(any_server):
    for host in ("localhost", "127.0.0.1"):
        page = httpx.get(f"http://{host}:{any_server.port}/", follow_redirects=True)
        assert page.status_code == 200
    sheet = page.text.partition('rel="stylesheet"')[2].partition('href="')[2].partition('"')[0]
    assert sheet.startswith("/static/")
    assert httpx.get(f"{any_server.url}{sheet}").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_says_goodbye_and_leaves_in_order(number, make_desk):
    server = make_desk().server()
    with visitor(server).chat() as chat:
        chat.say(QUESTION)
        chat.receive("message", sender="customer")
        assert server.stop(number) in IN_ORDER, server.tail()
        assert chat.close_code() == 1012
    assert "Traceback" not in server.log


@pytest.mark.parametrize("launcher", ["daphne", "runserver"])
def test_the_other_two_stop_on_sigterm(launcher, make_desk):
    server = make_desk().server(launcher)
    assert server.stop(signal.SIGTERM) in IN_ORDER, server.tail()


def test_what_was_acknowledged_is_there_after_a_restart(make_desk):
    server = make_desk(bot="outside").server()
    alice = visitor(server)
    with alice.chat() as chat:
        chat.say(QUESTION)
        chat.receive("message", sender="customer")
    server.kill()
    server.start()
    with alice.chat() as chat:
        assert [message["content"] for message in chat.history["messages"]] == [QUESTION]


def test_a_log_of_json_lines_has_ids_and_no_words(make_desk):
    server = make_desk(log_format="json").server()
    with visitor(server).chat() as chat:
        chat.say(f"{QUESTION} I am Alice Liddell.")
        chat.receive("message", sender="bot")
    server.stop(signal.SIGTERM)
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert any({"turn", "conversation", "outcome", "ms"} <= line.keys() for line in lines)
    assert "Liddell" not in server.log


def test_sqlite_is_for_one_process(make_desk):
    said = make_desk().manage("serve", "--processes", "2", check=False)
    assert len(said.strip().splitlines()) == 1
    assert "SQLite" in said


def test_a_second_process_on_one_sqlite_database_is_refused_in_a_line(make_desk):
    desk = make_desk()
    first = desk.server()
    for second in ("serve", "runbot"):
        said = desk.manage(second, check=False).strip().splitlines()
        assert len(said) == 1
        assert f"Process {first.pid} serves this SQLite database" in said[0]
        assert "HELPDESK_REDIS_URL" in said[0]
    # What only uses the database runs beside it.
    desk.manage("migrate")
    desk.manage("backup", "--only-database", str(desk.data / "copy"))
    first.kill()
    after = desk.server()
    assert f"Process {after.pid} serves" in desk.manage("serve", check=False)


def test_beside_serve_daphne_says_that_the_database_is_served(make_desk):
    desk = make_desk()
    first = desk.server()
    second = Server(desk, "daphne")
    desk.servers.append(second)
    Process.start(second)
    second.wait_until(lambda: answers(second.url))
    page = httpx.get(second.url)
    assert page.status_code == 503
    assert f"Process {first.pid} serves this SQLite database" in page.text
    with pytest.raises(InvalidStatus):
        visitor(first).at(second).chat()
    assert second.log.count(f"Process {first.pid} serves") == 1
    first.kill()
    third = desk.server()
    for _ in range(2):
        assert f"Process {third.pid} serves" in httpx.get(second.url).text
    assert second.log.count(f"Process {third.pid} serves") == 1
    assert "Traceback" not in second.log


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code > 0
    except httpx.ConnectError:
        return False


def test_without_tables_it_says_what_to_run(tmp_path):
    said = Desk(tmp_path / "data").manage("serve", check=False)
    assert said.strip().splitlines() == [
        "CommandError: The database has no tables yet. Run manage.py migrate first."
    ]
