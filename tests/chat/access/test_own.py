"""Looking a conversation up by its label is the authorization."""

import threading

import pytest
from django.db import connection

from chat import access
from chat.errors import NotFound
from chat.models import Conversation

pytestmark = pytest.mark.django_db


def test_a_first_visit_makes_the_conversation_and_a_second_finds_it():
    made = access.open_own_conversation("one", "alice")
    assert (made.public_id, made.label, made.status) == ("alice", "alice", "bot")
    assert access.open_own_conversation("one", "alice") == made
    assert access.own_conversation("one", "alice") == made


def test_two_visitors_with_one_label_have_two_conversations():
    """An address neither opens nor betrays anything, and none can be squatted."""
    first = access.open_own_conversation("one", "alice")
    second = access.open_own_conversation("two", "alice")
    assert first.pk != second.pk
    assert first.public_id == "alice"
    assert second.public_id.startswith("alice-")
    assert second.label == "alice"
    assert access.own_conversation("two", "alice") == second


def test_a_label_that_is_another_s_id_gets_an_id_of_its_own():
    access.open_own_conversation("one", "alice")
    squatted = access.open_own_conversation("two", "alice").public_id
    third = access.open_own_conversation("three", squatted)
    assert (third.label, third.public_id != squatted) == (squatted, True)


def test_the_longest_label_has_room_for_a_suffix():
    label = "x" * 64
    assert access.open_own_conversation("one", label).public_id == label
    assert len(access.open_own_conversation("two", label).public_id) <= 80


@pytest.mark.parametrize("label", ["", "-a", ".a", "a b", "a/b", "ä", "x" * 65, "a\x00", "a\n"])
def test_what_is_no_label_opens_nothing(label):
    assert not access.is_label(label)
    with pytest.raises(NotFound):
        access.open_own_conversation("one", label)
    with pytest.raises(NotFound):
        access.own_conversation("one", label)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("label", ["a", "alice", "Alice.B_c-d@example.org", "0"])
def test_what_is_a_label(label):
    assert access.is_label(label)


def test_another_s_conversation_looks_as_if_it_were_not_there(alice, bob):
    assert alice.conversation
    with pytest.raises(NotFound) as foreign:
        access.own_conversation(bob.key, "alice")
    with pytest.raises(NotFound) as unknown:
        access.own_conversation(bob.key, "nobody")
    assert foreign.value.frame() == unknown.value.frame()


def test_who_has_no_session_has_no_conversation(db):
    Conversation.objects.create(public_id="x", label="x", visitor_key="")
    with pytest.raises(NotFound):
        access.own_conversation("", "x")


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_make_one_conversation():
    found, start = [], threading.Barrier(4)

    def window():
        start.wait(10)
        found.append(access.open_own_conversation("one", "alice").pk)
        connection.close()

    threads = [threading.Thread(target=window) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert len(set(found)) == Conversation.objects.count() == 1
