"""The queue as those who wait see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import handoff
from chat.hub import queue
from chat.log import commit_group
from chat.models import Conversation
from tests.chat.entries import as_agent, as_customer, says

pytestmark = pytest.mark.django_db


def waits(customer, minutes: float = 0) -> int:
    pk = customer.conversation.pk
    commit_group([handoff.ask_for_person(as_customer(customer), pk)])
    since = timezone.now() - timedelta(minutes=minutes)
    Conversation.objects.filter(pk=pk).update(waiting_since=since)
    return pk


def test_places_are_by_time(alice, bob):
    first, second = waits(bob, 5), waits(alice, 1)
    places = queue.places()
    assert (places[first]["position"], places[second]["position"]) == (1, 2)
    assert places[first]["minutes"] is None
    assert places[first]["agents_online"] == 0


def test_whoever_is_served_waits_no_longer(alice, carol):
    pk = waits(alice)
    commit_group([handoff.take_over(as_agent(carol), pk)])
    assert queue.places() == {}


def test_nobody_waits(alice):
    commit_group([says(alice, "hello")])
    assert queue.places() == {}


def test_the_estimate_is_the_median_of_the_last_waits(alice, bob, carol):
    pk = waits(alice, 7)
    commit_group([handoff.take_over(as_agent(carol), pk)])
    assert alice.conversation.waited_seconds in range(419, 425)
    waiting = waits(bob)
    assert queue.places()[waiting]["minutes"] in (7, 8)
