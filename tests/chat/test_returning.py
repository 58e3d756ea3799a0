"""Links by which a customer who lost the cookie comes back."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from chat import returning
from chat.actions import contact
from chat.log import commit_group
from chat.models import Contact, ReturnLink
from tests.chat.entries import as_customer, says

pytestmark = pytest.mark.django_db
ADDRESS = "alice@example.org"


@pytest.fixture
def path(alice) -> str:
    """A link's path into Alice's conversation, in which she said something."""
    pk = alice.conversation.pk
    commit_group([says(alice, "my secret question")])
    commit_group([contact.leave_contact(as_customer(alice), pk, "Alice", ADDRESS)])
    return returning.make_address(pk, ADDRESS).removeprefix(settings.URL)


def reads(browser: Client, label: str = "alice") -> bool:
    """Whether this browser is shown what Alice said, at that label."""
    answer = browser.get(f"/api/conversation/{label}/")
    return "my secret question" in answer.content.decode()


def test_it_opens_the_conversation_in_a_fresh_browser(path):
    browser = Client()
    assert not reads(browser)
    asks = browser.get(path)
    assert asks.status_code == 200
    assert "my secret question" not in asks.content.decode()
    assert not reads(browser)
    assert browser.post(path)["Location"] == "/"
    assert reads(browser)
    assert b'data-label="alice"' in browser.get("/").content


def test_it_opens_once(path):
    here, elsewhere = Client(), Client()
    here.post(path)
    for answer in (elsewhere.get(path), elsewhere.post(path)):
        assert answer.status_code == 410
    assert not reads(elsewhere)
    assert here.get(path)["Location"] == "/"
    assert reads(here)


def test_looking_at_it_uses_nothing_up(path):
    for _ in range(3):
        Client().get(path)
        Client().head(path)
    assert Client().post(path).status_code == 302


@pytest.mark.parametrize("change", ["signature", "number", "nothing"])
def test_only_what_we_signed_opens(path, change):
    token = path.split("/")[2]
    bad = {
        "signature": token[:-1] + "AB"[token[-1] == "A"],
        "number": "2" + token[1:],
        "nothing": "x",
    }
    assert Client().post(f"/return/{bad[change]}/").status_code == 410


def test_it_expires(path, monkeypatch):
    monkeypatch.setattr(returning, "LASTS", timedelta(seconds=-1))
    assert Client().post(path).status_code == 410


def test_it_ends_with_the_address(path, alice):
    Contact.objects.update(email="other@example.org")
    assert Client().post(path).status_code == 410
    assert ReturnLink.objects.get().used_at is None


def test_only_this_conversation_opens(path, alice):
    other = alice.conversation
    other.pk, other.label, other.public_id = None, "salary", "salary"
    other.save()
    commit_group([says(alice, "my other question", pk=other.pk)])
    browser = Client()
    browser.post(path)
    assert reads(browser)
    assert browser.get("/api/conversation/salary/").status_code == 404


def test_what_the_browser_had_of_that_label_stays(path):
    browser = Client()
    browser.get("/chat/alice/")
    own = browser.session["visitor"]
    from chat import access

    mine = access.open_own_conversation(own, "alice")
    type(mine).objects.filter(pk=mine.pk).update(head_seq=1)
    browser.post(path)
    assert not reads(browser)
    (label,) = browser.session["opened"]
    assert label.startswith("alice-")
    assert reads(browser, label)


def test_old_links_are_cleaned_up(path):
    from chat.housekeeping import LINKS_KEPT, delete_old_links

    delete_old_links()
    assert ReturnLink.objects.count() == 1
    ReturnLink.objects.update(created_at=timezone.now() - LINKS_KEPT - timedelta(days=1))
    delete_old_links()
    assert ReturnLink.objects.count() == 0
