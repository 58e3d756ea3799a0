"""The customer's pages and their own conversation as JSON."""

import pytest
from django.test import Client

from chat import access
from chat.actions import messages
from chat.log import commit_group
from chat.models import Conversation
from tests.chat.entries import as_agent, bot_says, says
from tests.services.cast import Customer

pytestmark = pytest.mark.django_db


def visit(browser: Client, label: str = "alice") -> str:
    """Opens the page, as a browser would before its socket; the visitor's key."""
    assert browser.get(f"/chat/{label}/").status_code == 200
    key = browser.session[access.VISITOR]
    access.open_own_conversation(key, label)
    return key


def fill(key: str, label: str, *texts: str) -> int:
    pk = access.own_conversation(key, label).pk
    commit_group([says(Customer(label), text, pk=pk) for text in texts])
    return pk


# ── pages ──


def test_a_visit_makes_a_session_and_names_the_label(alices_browser):
    page = alices_browser.get("/chat/alice/")
    assert page.status_code == 200
    assert b'data-label="alice"' in page.content
    assert alices_browser.session[access.VISITOR]


def test_home_is_the_visitor_s_own_every_time(alices_browser, bobs_browser):
    first = alices_browser.get("/").content
    label = alices_browser.session[access.HOME]
    assert label.encode() in first
    assert label.encode() in alices_browser.get("/").content
    bobs_browser.get("/")
    assert bobs_browser.session[access.HOME] != label


def test_looking_at_a_page_makes_no_conversation(alices_browser):
    alices_browser.get("/chat/alice/")
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("label", ["-", "a b", "x" * 65, "a%00", "a%0A"])
def test_what_is_no_label_is_no_page(label, alices_browser):
    assert alices_browser.get(f"/chat/{label}/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/chat/alice/", "/api/conversation/alice/"])
def test_pages_are_only_read(path, alices_browser):
    assert alices_browser.post(path).status_code == 405


# ── JSON ──


def test_a_visitor_reads_the_own_conversation(alices_browser):
    key = visit(alices_browser)
    pk = fill(key, "alice", "hello", "anybody?")
    commit_group([bot_says(pk, "Yes.")])
    answer = alices_browser.get("/api/conversation/alice/")
    assert answer.status_code == 200
    found = answer.json()
    assert found["customer_id"] == "alice"
    assert [(m["sender"], m["content"]) for m in found["messages"]] == [
        ("customer", "hello"),
        ("customer", "anybody?"),
        ("bot", "Yes."),
    ]
    assert all(m["timestamp"].endswith("Z") for m in found["messages"])


def test_notes_are_not_among_them(alices_browser, carol, carols_browser):
    key = visit(alices_browser)
    pk = fill(key, "alice", "hello")
    commit_group([messages.note(as_agent(carol), pk, "odd")])
    for browser in (alices_browser, carols_browser):
        found = browser.get("/api/conversation/alice/").json()
        assert [m["content"] for m in found["messages"]] == ["hello"]


def test_a_foreign_conversation_looks_as_an_unknown_one(alices_browser, bobs_browser):
    fill(visit(alices_browser), "alice", "secret")
    visit(bobs_browser, "bob")
    foreign = bobs_browser.get("/api/conversation/alice/")
    unknown = bobs_browser.get("/api/conversation/nobody/")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert foreign.json() == {"success": False, "message": "Conversation not found"}


def test_without_a_session_there_is_nothing(alices_browser):
    fill(visit(alices_browser), "alice", "secret")
    assert Client().get("/api/conversation/alice/").status_code == 404


@pytest.mark.parametrize("customer_id", ["a%00b", "%F0%9F%8E%93", "x" * 300])
def test_an_odd_id_is_an_unknown_one(customer_id, alices_browser, carols_browser):
    visit(alices_browser)
    for browser in (alices_browser, carols_browser):
        assert browser.get(f"/api/conversation/{customer_id}/").status_code == 404


def test_two_visitors_with_one_label_read_each_their_own(alices_browser, bobs_browser):
    fill(visit(alices_browser, "room"), "room", "alice's")
    fill(visit(bobs_browser, "room"), "room", "bob's")
    for browser, text in ((alices_browser, "alice's"), (bobs_browser, "bob's")):
        found = browser.get("/api/conversation/room/").json()
        assert [m["content"] for m in found["messages"]] == [text]


def test_an_agent_reads_any_by_its_id(alices_browser, bobs_browser, carols_browser):
    fill(visit(alices_browser, "room"), "room", "alice's")
    key = visit(bobs_browser, "room")
    fill(key, "room", "bob's")
    public_id = access.own_conversation(key, "room").public_id
    found = carols_browser.get(f"/api/conversation/{public_id}/").json()
    assert [m["content"] for m in found["messages"]] == ["bob's"]


def test_an_agent_who_chats_as_a_customer_gets_the_own_first(alices_browser, carols_browser):
    fill(visit(alices_browser, "room"), "room", "alice's")
    fill(visit(carols_browser, "room"), "room", "carol's own")
    found = carols_browser.get("/api/conversation/room/").json()
    assert [m["content"] for m in found["messages"]] == ["carol's own"]
