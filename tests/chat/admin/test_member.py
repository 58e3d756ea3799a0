"""Members' addresses in the admin, and a conversation by its party."""

import re

import pytest

from chat import member_tokens
from chat.models import Conversation, Member, MemberAddress
from chat.models.conversation import Kind

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/memberaddress/"


def token_in(page) -> str:
    return re.search(r"shown this once: ([\w:-]+)", page.content.decode())[1]


def test_a_token_is_made_shown_once_and_ended(dans_browser):
    page = dans_browser.post(f"{LIST}add/", {"email": "Alice@example.edu"}, follow=True)
    token = token_in(page)
    assert member_tokens.read(token).email == "alice@example.edu"
    assert token not in dans_browser.get(LIST).content.decode()
    (address,) = MemberAddress.objects.all()
    chosen = {"_selected_action": [address.pk]}
    another = dans_browser.post(LIST, {"action": "make_token", **chosen}, follow=True)
    assert member_tokens.read(token_in(another)) is not None
    dans_browser.post(LIST, {"action": "end_tokens", **chosen})
    assert member_tokens.read(token) is None


def test_what_is_no_address(dans_browser):
    assert dans_browser.post(f"{LIST}add/", {"email": "alice"}).status_code == 200
    assert not MemberAddress.objects.exists()


def test_a_conversation_is_found_by_its_party(dans_browser):
    for number, party in enumerate((23, 230)):
        Conversation.objects.create(
            public_id=f"id-{number}",
            label="x",
            kind=Kind.GROUP,
            subject="about " + "x" * (number + 1),
            party=party,
        )
    found = dans_browser.get("/admin/chat/conversation/?q=23").content
    assert b">about x<" in found
    assert b">about xx<" not in found


def test_a_member_s_role_is_changed(dans_browser):
    talk = Conversation.objects.create(public_id="id", label="x", kind=Kind.GROUP)
    sam = Member.objects.create(conversation=talk, key="member:s@x", email="s@x", role="other")
    Member.objects.create(conversation=talk, key="visitor:1")
    assert b"visitor:1" not in dans_browser.get("/admin/chat/member/").content
    dans_browser.post(f"/admin/chat/member/{sam.pk}/change/", {"role": "seller"})
    sam.refresh_from_db()
    assert (sam.role, sam.email) == ("seller", "s@x")
