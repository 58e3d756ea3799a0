"""The queue as those who wait see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import handoff
from chat.hub import queue
from chat.log import commit_group
from chat.models import AgentPresence, Conversation
from tests.chat.entries import as_agent, as_customer, says
from tests.services.cast import Customer

pytestmark = pytest.mark.django_db


def waits(customer, minutes: float = 0) -> int:
    pk = customer.conversation.pk
    commit_group([handoff.ask_for_person(as_customer(customer), pk)])
    since = timezone.now() - timedelta(minutes=minutes)
    Conversation.objects.filter(pk=pk).update(waiting_since=since)
    return pk


def test_places_are_by_time(alice, bob):
    second, first = waits(alice, 1), waits(bob, 5)  # not by which conversation is older
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


def served(name: str, minutes: float, agent) -> None:
    customer = Customer(name)
    pk = waits(customer, minutes)
    commit_group([handoff.take_over(as_agent(agent), pk)])
    assert customer.conversation.waited_seconds in range(int(minutes * 60) - 1, 425)


@pytest.fixture
def online(carol):
    AgentPresence.objects.create(user=carol, seen_at=timezone.now() + timedelta(minutes=1))
    return carol


def test_the_estimate_is_the_median_of_the_last_waits(bob, online):
    for number, minutes in enumerate((5, 6.5, 7)):
        served(f"earlier-{number}", minutes, online)
    waiting = waits(bob)
    assert queue.places()[waiting]["minutes"] == 7


def test_the_estimate_is_of_the_newest_waits_and_of_none_older_than_a_week(
    bob, online, monkeypatch
):
    monkeypatch.setattr(queue, "WAITS", 3)
    now = timezone.now()
    for number, minutes in enumerate((7, 7, 7, 2, 2, 2)):
        served(f"earlier-{number}", minutes, online)
        served_at = now - timedelta(hours=6 - number)
        Conversation.objects.filter(label=f"earlier-{number}").update(active_at=served_at)
    assert queue.usual_wait() == 2
    Conversation.objects.update(active_at=now - timedelta(days=8))
    assert queue.usual_wait() is None


def test_two_waits_are_too_few_for_an_estimate(bob, online):
    for number in range(2):
        served(f"earlier-{number}", 7, online)
    waiting = waits(bob)
    assert queue.places()[waiting]["minutes"] is None


def test_without_an_agent_there_is_a_place_and_no_estimate(bob, online):
    for number in range(3):
        served(f"earlier-{number}", 7, online)
    AgentPresence.objects.all().delete()
    waiting = waits(bob)
    place = queue.places()[waiting]
    assert (place["position"], place["minutes"]) == (1, None)


def test_far_behind_few_agents_there_is_a_place_and_no_estimate(online):
    for number in range(3):
        served(f"earlier-{number}", 7, online)
    line = [waits(Customer(f"waiting-{number}"), 1 - number / 10) for number in range(7)]
    places = queue.places()
    found = [(places[pk]["position"], places[pk]["minutes"]) for pk in line]
    assert found == [(1, 7), (2, 7), (3, 7), (4, None), (5, None), (6, None), (7, None)]


def test_who_has_waited_longer_than_usual_already_disproves_the_estimate(alice, bob, online):
    for number in range(3):
        served(f"earlier-{number}", 2, online)
    first, second = waits(alice, 3.5), waits(bob)
    places = queue.places()
    assert [places[pk]["minutes"] for pk in (first, second)] == [None, None]


def test_forgotten_waits_hide_no_estimate(alice, bob, online):
    for number in range(3):
        served(f"earlier-{number}", 2, online)
    left = [waits(Customer(f"forgotten-{number}"), 60 * 24 - number) for number in range(4)]
    new = waits(bob, 1)
    places = queue.places()
    told = [(places[pk]["position"], places[pk]["minutes"]) for pk in (*left, new)]
    assert told == [(1, None), (2, None), (3, None), (4, None), (5, 2)]
    # What a busy hour makes of a wait is none of them.
    waits(alice, 60)
    assert queue.places()[new]["minutes"] is None


def test_where_waits_of_hours_are_usual_they_are_not_forgotten(alice, bob, online):
    Conversation.objects.bulk_create(
        Conversation(public_id=f"earlier-{number}", label="x", waited_seconds=2 * 3600)
        for number in range(3)
    )
    waits(alice, 150)
    second = waits(bob)
    assert queue.places()[second]["minutes"] is None
