"""Accounts for customers: registering, logging in, and whose the conversations are then."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client

from chat import access, customers
from chat.hub import summaries
from chat.log import commit_group
from chat.models import Conversation, Message
from tests.chat.entries import says
from tests.services.cast import Customer

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ANN = {
    "name": "Ann Lee",
    "username": "ann",
    "email": "ann@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture(autouse=True)
def _no_limits_yet():
    cache.clear()


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", "ann@example.org", PASSWORD, first_name="Ann Lee")


def writes(browser: Client, text: str, path: str = "/") -> Conversation:
    """Says something in the conversation that this browser has there."""
    page = browser.get(path).content.decode()
    label = page.partition('data-label="')[2].partition('"')[0]
    key = access.known_key(browser.session)
    mine = access.open_own_conversation(key, label)
    commit_group([says(Customer(key), text, pk=mine.pk)])
    return mine


def home(browser: Client) -> list[str]:
    """What was said at `/`, as this browser is shown it."""
    label = browser.get("/").content.decode().partition('data-label="')[2].partition('"')[0]
    answer = browser.get(f"/api/conversation/{label}/")
    return [one["content"] for one in answer.json().get("messages", [])]


def logs_in(browser: Client, login: str = "ann", **fields: str):
    return browser.post("/accounts/login/", {"login": login, "password": PASSWORD, **fields})


def test_registering_logs_in_and_keeps_what_was_written_if_asked(db):
    browser = Client()
    writes(browser, "my printer")
    assert b"Keep what I wrote" in browser.get("/accounts/signup/").content
    answer = browser.post("/accounts/signup/", {**ANN, "take_along": "on"})
    assert answer["Location"] == "/", answer.content
    assert home(browser) == ["my printer"]
    user = User.objects.get()
    assert (user.first_name, user.email) == ("Ann Lee", "ann@example.org")
    told = Message.objects.get(data__event="account")
    assert (told.body, told.visibility) == ("The customer logged in as Ann Lee.", "agents")
    (shown,) = summaries.summaries(list(Conversation.objects.select_related("assignee")))
    assert shown["name"] == "Ann Lee"


def test_a_desk_that_sends_no_e_mail_speaks_of_none(db):
    browser = Client()
    browser.post("/accounts/signup/", ANN)
    assert mail.outbox == []
    assert "e-mail sent" not in browser.get("/accounts/").content.decode().replace(
        "email", "e-mail"
    )


def test_another_device_shows_the_same_history(ann):
    laptop, phone = Client(), Client()
    for browser in (laptop, phone):
        logs_in(browser)
    writes(laptop, "my printer")
    assert home(phone) == ["my printer"]
    writes(phone, "and my phone")
    assert home(laptop) == ["my printer", "and my phone"]


@pytest.mark.parametrize("login", ["ann", "ANN@example.org", "ann@example.org"])
def test_by_username_or_address(ann, login):
    assert logs_in(Client(), login)["Location"] == "/"


def test_what_somebody_else_wrote_in_a_shared_browser_stays_theirs(ann):
    browser = Client()
    theirs = writes(browser, "somebody else's secret")
    logs_in(browser)
    assert home(browser) == []
    theirs.refresh_from_db()
    assert theirs.visitor_key != customers.account_key(ann)


@pytest.mark.parametrize("taken_along", [False, True])
def test_what_a_link_opened_stays_open_only_to_who_takes_it_along(ann, alice, taken_along):
    browser = Client()
    session = browser.session
    label = access.open_here(session, alice.conversation)
    session.save()
    commit_group([says(alice, "alice's secret")])
    path = f"/api/conversation/{label}/"
    assert "alice's secret" in browser.get(path).content.decode()
    logs_in(browser, **({"take_along": "on"} if taken_along else {}))
    assert ("alice's secret" in browser.get(path).content.decode()) == taken_along


def test_what_is_taken_along_joins_what_was_there(ann):
    laptop, phone = Client(), Client()
    logs_in(laptop)
    writes(laptop, "my printer")
    writes(phone, "from my phone")
    logs_in(phone, take_along="on")
    assert home(phone) == ["my printer"]
    page = phone.get("/accounts/").content.decode()
    assert page.count("message of yours") == 2
    for label in Conversation.objects.values_list("label", flat=True):
        assert phone.get(f"/api/conversation/{label}/").status_code == 200


def test_after_logging_out_the_browser_is_nobody_s(ann):
    browser = Client()
    logs_in(browser)
    writes(browser, "my printer")
    answer = browser.post("/accounts/logout/")
    assert answer["Location"] == "/"
    assert home(browser) == []
    assert access.known_key(browser.session) != customers.account_key(ann)


def test_two_people_one_after_the_other_are_not_mixed(ann):
    User.objects.create_user("ben", "ben@example.org", PASSWORD)
    browser = Client()
    logs_in(browser)
    writes(browser, "ann's secret")
    browser.post("/accounts/logout/")
    logs_in(browser, "ben", take_along="on")
    assert home(browser) == []


def test_agents_remain_visitors_where_they_chat_themselves(carol):
    browser = Client()
    writes(browser, "just trying")
    answer = browser.post("/accounts/login/", {"login": "carol", "password": "carol"})
    assert answer["Location"] == "/agent/dashboard/"
    assert home(browser) == ["just trying"]


def test_a_new_password_ends_the_other_logins(ann):
    here, there = Client(), Client()
    for browser in (here, there):
        logs_in(browser)
    writes(here, "my printer")
    fields = {
        "oldpassword": PASSWORD,
        "password1": "another horse 17",
        "password2": "another horse 17",
    }
    here.post("/accounts/password/change/", fields)
    assert home(here) == ["my printer"]
    assert there.get(f"/api/conversation/{customers.account_key(ann)}/").status_code == 404
    assert home(there) == []


def test_sockets_of_who_logged_out_are_to_be_closed(ann):
    browser = Client()
    logs_in(browser)
    participant = access.visitor(browser.session)
    assert participant.name == "Ann Lee"
    assert access.revoked([participant]) == set()
    browser.post("/accounts/logout/")
    assert access.revoked([participant]) == {participant}


def test_sockets_of_who_is_deactivated_or_has_a_new_password_are_too(ann):
    browser = Client()
    logs_in(browser)
    participant = access.visitor(browser.session)
    ann.set_password("another")
    ann.save()
    assert access.revoked([participant]) == {participant}


# ── what others may learn or do ──


def test_logging_in_gives_the_session_a_new_key(ann):
    browser = Client()
    browser.get("/")
    before = browser.session.session_key
    logs_in(browser)
    assert browser.session.session_key != before


def test_a_reset_says_the_same_of_every_address(ann, settings):
    settings.SENDS_EMAIL = True
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("ann@example.org", "nobody@example.org")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert answers[0].content == answers[1].content
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"], ["nobody@example.org"]]


def test_a_reset_leads_to_a_new_password(ann, settings):
    settings.SENDS_EMAIL = True
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "ann@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = browser.get(link.partition("testserver")[2], follow=True)
    path = form.redirect_chain[-1][0]
    new = {"password1": "another horse 17", "password2": "another horse 17"}
    assert browser.post(path, new).status_code == 302
    fields = {"login": "ann", "password": "another horse 17"}
    assert Client().post("/accounts/login/", fields)["Location"] == "/"


def test_registering_with_a_taken_address_says_nothing_of_it(ann):
    answer = Client().post("/accounts/signup/", {**ANN, "username": "other"})
    assert answer["Location"] == "/"


def test_a_wrong_login_says_the_same_of_every_name(ann):
    said = [
        Client()
        .post("/accounts/login/", {"login": login, "password": "wrong"})
        .context["form"]
        .errors
        for login in ("ann", "nobody")
    ]
    assert said[0] == said[1]


def test_wrong_logins_are_limited(ann):
    for _ in range(6):
        Client().post("/accounts/login/", {"login": "ann", "password": "wrong"})
    assert logs_in(Client()).status_code == 200  # the form again, for a while
    assert b"Too many" in logs_in(Client()).content


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_login_and_a_logout_lead_to_no_other_site(ann, address):
    browser = Client()
    assert logs_in(browser, next=address)["Location"] == "/"
    assert browser.post("/accounts/logout/", {"next": address})["Location"] == "/"


def test_the_name_can_be_changed(ann):
    browser = Client()
    logs_in(browser)
    browser.post("/accounts/", {"name": "  Ann  Baker "})
    ann.refresh_from_db()
    assert ann.get_full_name() == "Ann Baker"


def test_a_desk_may_do_without_registering(db, settings):
    settings.SIGNUP = False
    assert Client().post("/accounts/signup/", ANN).status_code == 200
    assert not User.objects.exists()


def test_the_pages_of_an_account_want_a_login(db):
    for path in ("/accounts/", "/accounts/password/change/", "/accounts/email/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/?next=")
