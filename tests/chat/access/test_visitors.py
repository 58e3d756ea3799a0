"""A visitor is whoever the session belongs to."""

import pytest
from django.contrib.sessions.backends.db import SessionStore

from chat import access

pytestmark = pytest.mark.django_db


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
