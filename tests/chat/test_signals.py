"""What becomes of a conversation whose agent goes."""

import pytest
from django.contrib.auth.models import Group

from chat.actions import handoff
from chat.log import commit_group
from tests.chat.entries import as_agent, says

pytestmark = pytest.mark.django_db


def test_a_deleted_agents_conversation_waits_and_every_view_hears_of_it(alice, carol, announced):
    pk = alice.conversation.pk
    commit_group([says(alice, "help"), handoff.take_over(as_agent(carol), pk)])
    with announced(alice.conversation) as changes:
        carol.delete()
    assert alice.conversation.is_waiting
    assert alice.conversation.waiting_since is not None
    assert [change.standing.status for change in changes] == ["open"]
    assert changes[0].standing.agent_name is None
    assert changes[0].messages[0].content.startswith("Carol left. Nobody from the team is here")


def test_somebody_else_s_conversation_is_left_alone(alice, carol, frank):
    pk = alice.conversation.pk
    commit_group([says(alice, "help"), handoff.take_over(as_agent(carol), pk)])
    before = alice.conversation.version
    frank.delete()
    assert (alice.conversation.version, alice.conversation.assignee) == (before, carol)


@pytest.mark.parametrize("how", ["group", "from the group's side", "deactivated"])
def test_an_agent_who_may_not_answer_any_more_leaves_what_he_had(alice, carol, how):
    commit_group([says(alice, "help"), handoff.take_over(as_agent(carol), alice.conversation.pk)])
    group = Group.objects.get(name="Agents")
    if how == "group":
        carol.groups.remove(group)
    elif how == "deactivated":
        carol.is_active = False
        carol.save()
    else:
        group.user_set.remove(carol)
    assert alice.conversation.is_waiting


def test_a_session_that_logs_in_is_shorter_than_a_visitors(client, carol, settings):
    client.force_login(carol)
    assert client.session.get_expiry_age() < settings.SESSION_COOKIE_AGE / 10
