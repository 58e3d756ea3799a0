"""Whoever may no longer be here goes, and nobody with them."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from chat import access
from tests.chat.access.sessions import session_of
from tests.chat.entries import as_customer

pytestmark = pytest.mark.django_db


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
