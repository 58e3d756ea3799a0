"""Whose an address is."""

import pytest
from allauth.account.models import EmailAddress

from chat import access

pytestmark = pytest.mark.django_db


def test_an_agent_has_the_address_that_an_admin_gave_until_they_claim_one(carol):
    carol.email = "Carol@Example.org"
    carol.save()
    assert access.owns_address(carol, "carol@example.org")
    assert not access.owns_address(carol, "dan@example.org")
    EmailAddress.objects.create(user=carol, email="other@example.org")
    assert not access.owns_address(carol, "carol@example.org")
    EmailAddress.objects.update(verified=True)
    assert access.owns_address(carol, "other@example.org")
