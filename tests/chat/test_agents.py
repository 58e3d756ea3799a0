"""Who may answer, and who is there to do so."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chat import agents
from chat.models import AgentPresence

pytestmark = pytest.mark.django_db


def seen(user, seconds_ago: float = 0) -> None:
    AgentPresence.objects.create(user=user, seen_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_agents_are_the_group_and_superusers(carol, dan):
    User.objects.create_user("eve")
    User.objects.create_user("gone", is_active=False, is_superuser=True)
    assert {user.username for user in agents.everybody()} == {"carol", "dan"}


def test_agents_are_online_while_seen(carol, frank, dan):
    seen(carol)
    seen(frank, seconds_ago=60)
    assert agents.online() == 1
    assert {one["username"]: one["online"] for one in agents.colleagues()} == {
        "carol": True,
        "dan": False,
        "frank": False,
    }


def test_who_is_away_is_not_online(carol, frank):
    seen(carol)
    AgentPresence.objects.create(user=frank, seen_at=timezone.now(), is_away=True)
    assert agents.online() == 1
    found = {one["username"]: (one["online"], one["away"]) for one in agents.colleagues()}
    assert found == {"carol": (True, False), "frank": (False, True)}


def test_whoever_left_the_group_is_not_online(carol):
    seen(carol)
    carol.groups.clear()
    assert agents.online() == 0
