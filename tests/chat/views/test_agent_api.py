"""REST for agents, as the contract of the agents' addresses says it."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat import access
from chat.actions import handoff
from chat.log import commit_group
from tests.chat.entries import as_agent, as_customer, rows, says
from tests.services.cast import Customer, logged_in

pytestmark = pytest.mark.django_db
DEEDS = ("takeover", "handback", "resolve", "transfer")


@pytest.fixture
def there(alice):
    commit_group([says(alice, "help")])
    return alice.conversation


def post(browser, deed, customer_id="alice", body=None, **headers):
    return browser.post(
        f"/api/agent/{deed}/{customer_id}/",
        body if isinstance(body, str | bytes) else json.dumps(body or {}),
        content_type="application/json",
        **headers,
    )


def state(customer):
    conversation = customer.conversation
    return conversation.status, conversation.assignee and conversation.assignee.username


# ── dashboard ──


def test_the_dashboard_lists_conversations(there, bob, carols_browser):
    commit_group(
        [
            says(bob, "me too"),
            handoff.ask_for_person(as_customer(bob), bob.conversation.pk),
        ]
    )
    answer = carols_browser.get("/api/agent/dashboard/")
    assert answer.status_code == 200
    found = {one["customer_id"]: one for one in answer.json()["conversations"]}
    assert found.keys() == {"alice", "bob"}
    assert found["alice"]["is_bot_active"] is True
    assert found["alice"]["message_count"] == 1
    assert found["alice"]["created_at"].endswith("Z")
    assert found["bob"]["is_bot_active"] is False
    assert found["bob"]["waiting_since"].endswith("Z")
    assert found["bob"]["message_count"] == 2


def test_the_dashboard_shows_nothing_empty(alice, carols_browser):
    assert alice.conversation
    assert carols_browser.get("/api/agent/dashboard/").json() == {"conversations": []}


def test_the_dashboard_can_be_narrowed(there, carols_browser):
    narrowed = carols_browser.get("/api/agent/dashboard/?status=open").json()
    assert narrowed == {"conversations": []}
    assert len(carols_browser.get("/api/agent/dashboard/?status=bot").json()["conversations"]) == 1


@pytest.mark.parametrize("status", ["closed", "%00", "a'b"])
def test_a_status_that_is_none_is_refused(status, carols_browser):
    answer = carols_browser.get(f"/api/agent/dashboard/?status={status}")
    assert answer.status_code == 400
    assert answer.json()["success"] is False


def test_the_dashboard_is_only_read(carols_browser):
    assert carols_browser.post("/api/agent/dashboard/").status_code == 405


# ── who may ──


def test_without_a_login_it_is_401_and_no_data(there, alice):
    for answer in (
        Client().get("/api/agent/dashboard/"),
        *(post(Client(), deed) for deed in DEEDS),
    ):
        assert answer.status_code == 401
        assert answer.json() == {"success": False, "message": "Please log in."}
    assert state(alice) == ("bot", None)


def test_who_is_no_agent_gets_403_and_no_data(there, alice):
    eve = logged_in(User.objects.create_user("eve", is_staff=True))
    for answer in (eve.get("/api/agent/dashboard/"), *(post(eve, deed) for deed in DEEDS)):
        assert answer.status_code == 403
        assert answer.json() == {"success": False, "message": "Agents only."}
    assert state(alice) == ("bot", None)


def test_who_left_the_group_gets_403(there, carol, carols_browser):
    carol.groups.clear()
    assert post(carols_browser, "takeover").status_code == 403


@pytest.mark.parametrize("deed", DEEDS)
def test_reading_changes_nothing(deed, there, alice, carols_browser):
    for browser in (carols_browser, Client()):
        assert browser.get(f"/api/agent/{deed}/alice/").status_code == 405
    assert rows(there) == [(1, "customer", "help")]


@pytest.mark.parametrize("deed", DEEDS)
def test_another_site_s_form_changes_nothing(deed, there, carol):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(carol)
    assert post(browser, deed, body={"to": "carol"}).status_code == 403
    assert rows(there) == [(1, "customer", "help")]


def test_a_page_of_ours_sends_the_token(there, alice, carol):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(carol)
    browser.get("/agent/dashboard/")
    token = browser.cookies["csrftoken"].value
    answer = post(browser, "takeover", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert state(alice) == ("open", "carol")


# ── the deeds ──


def test_taking_over(there, alice, carols_browser):
    answer = post(carols_browser, "takeover")
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "Agent took over the chat"}
    assert state(alice) == ("open", "carol")
    assert rows(there)[-1] == (2, "system", "Carol joined the conversation.")


def test_taking_over_without_a_body(there, alice, carols_browser):
    assert carols_browser.post("/api/agent/takeover/alice/").status_code == 200
    assert state(alice) == ("open", "carol")


def test_handing_back_and_resolving(there, alice, carols_browser):
    for deed, status in (("takeover", "open"), ("handback", "bot"), ("resolve", "resolved")):
        answer = post(carols_browser, deed)
        assert answer.status_code == 200
        assert answer.json()["success"] is True
        assert alice.conversation.status == status


def test_a_deed_twice_is_done_once(there, carols_browser):
    for _ in range(2):
        assert post(carols_browser, "takeover").json()["success"] is True
    assert len(rows(there)) == 2


def test_taking_what_a_colleague_has_needs_a_confirmation(there, alice, carol, franks_browser):
    commit_group([handoff.take_over(as_agent(carol), there.pk)])
    answer = post(franks_browser, "takeover")
    assert answer.status_code == 409
    assert answer.json() == {
        "success": False,
        "message": "Carol has this conversation.",
        "agent": "Carol",
    }
    for unclear in ({"confirm": "yes"}, {"confirm": 1}, {"confirm": False}):
        assert post(franks_browser, "takeover", body=unclear).status_code == 409
    assert state(alice) == ("open", "carol")
    assert post(franks_browser, "takeover", body={"confirm": True}).status_code == 200
    assert state(alice) == ("open", "frank")
    assert rows(there)[-1][2] == "Frank took over from Carol."


@pytest.mark.parametrize("deed", ["handback", "resolve", "transfer"])
def test_what_a_colleague_has_stays_with_the_colleague(deed, there, alice, carol, franks_browser):
    commit_group([handoff.take_over(as_agent(carol), there.pk)])
    answer = post(franks_browser, deed, body={"to": "frank"})
    assert answer.status_code == 409
    assert state(alice) == ("open", "carol")


def test_transferring(there, alice, carol, frank, carols_browser):
    post(carols_browser, "takeover")
    assert post(carols_browser, "transfer", body={"to": "frank"}).status_code == 200
    assert state(alice) == ("open", "frank")


@pytest.mark.parametrize("to", ["nobody", "", None, 7, ["frank"], "a\x00b"])
def test_transferring_to_nobody(to, there, carols_browser):
    answer = post(carols_browser, "transfer", body={"to": to})
    assert answer.status_code == 404
    assert "There is no agent" in answer.json()["message"]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("customer_id", ["nobody", "a%00b", "%F0%9F%8E%93", "x" * 300])
def test_an_unknown_conversation(deed, customer_id, carols_browser):
    answer = post(carols_browser, deed, customer_id)
    assert answer.status_code == 404
    assert answer.json() == {"success": False, "message": "Conversation not found"}


@pytest.mark.parametrize(
    "body", ["hello", "[1]", "null", '"x"', b"\xff\xfe", "[" * 100_000, '{"to": "\\ud800"}']
)
def test_a_body_that_is_none_is_refused_politely(body, there, alice, carols_browser):
    answer = post(carols_browser, "transfer", body=body)
    assert answer.status_code in (400, 404)
    assert answer.json()["success"] is False
    assert state(alice) == ("bot", None)


def test_an_agent_s_address_is_the_unique_id_not_the_label(alice, carols_browser, db):
    """Two visitors chose one label: the agents tell them apart."""
    first = access.open_own_conversation("one", "room")
    second = access.open_own_conversation("two", "room")
    commit_group([says(Customer("x"), "hi", pk=pk) for pk in (first.pk, second.pk)])
    assert post(carols_browser, "takeover", second.public_id).status_code == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("bot", "open")
    listed = carols_browser.get("/api/agent/dashboard/").json()["conversations"]
    assert {(one["customer_id"], one["label"]) for one in listed} == {
        ("room", "room"),
        (second.public_id, "room"),
    }
