"""Who is there, and which conversation they get: looking one up is the authorization."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from chat import access
from chat.errors import NotAllowed, NotFound
from chat.models import Conversation
from tests.chat.entries import as_agent, as_customer

pytestmark = pytest.mark.django_db


def session_of(user) -> SessionStore:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


# ── visitors ──


def test_a_visitor_is_known_by_the_session():
    session = SessionStore()
    key = access.visitor_key(session)
    assert access.visitor_key(session) == key
    assert access.visitor_key(SessionStore()) != key
    participant = access.visitor(session, "127.0.0.1")
    assert (participant.key, participant.visitor_key) == (f"visitor:{key}", key)
    assert (participant.user_id, participant.is_agent) == (None, False)


def test_a_visitor_s_home_stays_the_same():
    session = SessionStore()
    assert access.home_label(session) == access.home_label(session)
    assert access.is_label(access.home_label(session))


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


# ── agents ──


def test_an_agent_is_in_the_group_or_a_superuser(carol, dan):
    eve = User.objects.create_user("eve", is_staff=True)
    assert access.is_agent(carol)
    assert access.is_agent(dan)
    assert not access.is_agent(eve)
    assert not access.is_agent(AnonymousUser())
    carol.is_active = False
    carol.save()
    assert not access.is_agent(carol)


def test_the_agent_behind_a_session(carol):
    participant = access.agent(session_of(carol), carol, "127.0.0.1")
    assert (participant.key, participant.name) == (f"user:{carol.pk}", "Carol")
    assert participant.is_agent


def test_nobody_else_is_an_agent(db):
    with pytest.raises(NotAllowed):
        access.agent(SessionStore(), AnonymousUser())
    with pytest.raises(NotAllowed):
        access.agent(SessionStore(), User.objects.create_user("eve"))


def test_an_agent_gets_any_conversation_by_its_id(alice, bob, carol):
    conversation = alice.conversation
    assert access.any_conversation(as_agent(carol), "alice") == conversation


@pytest.mark.parametrize("public_id", ["nobody", "", "a\x00b", "\ud800", "x" * 1000])
def test_an_unknown_id_is_not_found(public_id, carol):
    with pytest.raises(NotFound):
        access.any_conversation(as_agent(carol), public_id)


def test_a_customer_gets_no_conversation_by_its_id(alice):
    assert alice.conversation
    with pytest.raises(NotAllowed):
        access.any_conversation(as_customer(alice), "alice")


# ── who may no longer be here ──


@pytest.fixture
def carols(carol):
    return access.agent(session_of(carol), carol)


def test_who_may_be_here_stays(carols, alice):
    assert access.revoked([carols, as_customer(alice)]) == set()


def test_who_logged_out_goes(carols):
    SessionStore(carols.session_key).flush()
    assert access.revoked([carols]) == {carols}


def test_who_has_a_new_password_goes(carol, carols):
    carol.set_password("another")
    carol.save()
    assert access.revoked([carols]) == {carols}


def test_who_left_the_group_goes(carol, carols):
    carol.groups.clear()
    assert access.revoked([carols]) == {carols}


def test_who_was_deactivated_goes(carol, carols):
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert access.revoked([carols]) == {carols}


def test_who_was_deleted_goes(carol, carols):
    carol.delete()
    assert access.revoked([carols]) == {carols}


def test_one_who_goes_takes_nobody_along(carol, carols, dan):
    dans = access.agent(session_of(dan), dan)
    carol.groups.clear()
    assert access.revoked([carols, dans]) == {carols}


def test_a_hundred_sockets_are_checked_in_two_queries(carols, django_assert_num_queries):
    with django_assert_num_queries(2):
        access.revoked([carols] * 100)


def test_a_hundred_members_are_checked_in_three_queries(django_assert_num_queries):
    """One of them has lost the address."""
    users = User.objects.bulk_create(
        User(username=f"m{n}", email=f"m{n}@example.org", password="!") for n in range(100)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True) for user in users
    )
    members = [access.member(session_of(user), user, user.email) for user in users]
    EmailAddress.objects.filter(user=users[7]).update(verified=False)
    with django_assert_num_queries(3):
        assert access.revoked(members) == {members[7]}


def test_an_agent_has_the_address_that_an_admin_gave_until_they_claim_one(carol):
    carol.email = "Carol@Example.org"
    carol.save()
    assert access.owns_address(carol, "carol@example.org")
    assert not access.owns_address(carol, "dan@example.org")
    EmailAddress.objects.create(user=carol, email="other@example.org")
    assert not access.owns_address(carol, "carol@example.org")
    EmailAddress.objects.update(verified=True)
    assert access.owns_address(carol, "other@example.org")
