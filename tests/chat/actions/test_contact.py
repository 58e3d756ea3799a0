"""A name and an address, left by who waits."""

import pytest

from chat import customers
from chat.actions import contact
from chat.errors import Refused
from chat.hub import summaries
from chat.log import commit_group
from chat.models import Contact, Conversation
from tests.chat.entries import as_customer, says

pytestmark = pytest.mark.django_db


def leaves(customer, name: str, email: str):
    pk = customer.conversation.pk
    return commit_group([contact.leave_contact(as_customer(customer), pk, name, email)])[0]


def test_it_is_kept_and_told_to_agents_only(alice, announced):
    commit_group([says(alice, "hello")])
    with announced(alice.conversation) as changes:
        leaves(alice, "  Alice \n Baker ", " alice@example.org ")
    left = Contact.objects.get()
    assert (left.name, left.email, left.settled_seq) == ("Alice Baker", "alice@example.org", 2)
    (posted,) = changes[0].messages
    assert posted.is_note
    assert posted.content == "The customer left a name and an e-mail address."
    assert customers.contact_of(left.pk) == {"name": "Alice Baker", "email": "alice@example.org"}


def test_the_lists_show_the_name(alice, bob):
    commit_group([says(alice, "hello"), says(bob, "hello")])
    leaves(alice, "Alice Baker", "")
    rows = list(Conversation.objects.order_by("id").select_related("assignee"))
    assert [one["name"] for one in summaries.summaries(rows)] == ["Alice Baker", ""]


def test_the_same_again_changes_nothing(alice, announced):
    leaves(alice, "Alice", "alice@example.org")
    with announced(alice.conversation) as changes:
        leaves(alice, "Alice", "alice@example.org")
    assert changes == []


def test_it_can_be_taken_back(alice):
    leaves(alice, "Alice", "alice@example.org")
    leaves(alice, "", "")
    assert customers.contact_of(alice.conversation.pk) == {"name": "", "email": ""}
    said = alice.conversation.messages.order_by("seq").values_list("body", flat=True)
    assert not any("alice@example.org" in body for body in said)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "alice"),
        ("", "alice@"),
        ("", "alice@example.org\nBcc: bob@example.org"),
        ("", f"{'a' * 250}@example.org"),
        ("a" * 101, ""),
        ("Al\x07ice", ""),
        ("Al\u202eice", ""),
    ],
)
def test_what_is_no_name_or_address_is_refused(alice, name, email):
    with pytest.raises(Refused) as refused:
        contact.leave_contact(as_customer(alice), alice.conversation.pk, name, email)
    assert refused.value.code == "bad_contact"


def test_two_whose_long_client_ids_differ_at_the_end_only_are_two(alice):
    pk = alice.conversation.pk
    for number, name in enumerate(("Alice", "Alice Baker")):
        client_id = f"{'x' * 63}{number}"
        entry = contact.leave_contact(as_customer(alice), pk, name, "", client_id=client_id)
        assert not commit_group([entry])[0].was_there
    assert Contact.objects.get().name == "Alice Baker"
