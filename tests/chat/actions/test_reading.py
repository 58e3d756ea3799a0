"""Read marks of customers and agents."""

import pytest

from chat.actions import reading
from chat.log import commit_group
from chat.models import Member
from tests.chat.entries import as_agent, as_customer, bot_says, says

pytestmark = pytest.mark.django_db


def test_a_customer_has_read(alice, announced):
    pk = alice.conversation.pk
    commit_group([bot_says(pk, "hello")])
    with announced(alice.conversation) as changes:
        commit_group([reading.read(as_customer(alice), pk, 1)])
    member = Member.objects.get()
    assert (member.key, member.user, member.is_agent) == (alice.author_key, None, False)
    assert member.last_read_seq == 1
    assert changes[0].read == {"customer": 1}


def test_an_agent_has_read(alice, carol, announced):
    pk = alice.conversation.pk
    commit_group([says(alice, "hello")])
    with announced(alice.conversation) as changes:
        commit_group([reading.read(as_agent(carol), pk, 1)])
    member = Member.objects.get()
    assert (member.user, member.is_agent, member.read_customer_messages) == (carol, True, 1)
    assert changes[0].read == {"agent": 1}
