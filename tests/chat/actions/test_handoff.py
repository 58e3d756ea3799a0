"""Who has a conversation: each handoff as rows, as what is announced, as what is refused."""

import pytest
from django.utils import timezone

from chat.actions import handoff, messages
from chat.errors import Conflict, NotFound
from chat.log import Receipt, commit_group
from chat.models import AgentPresence, Message
from tests.chat.entries import as_agent, as_customer, rows, says

pytestmark = pytest.mark.django_db


def do(*entries) -> list:
    """The receipts; raises the first refusal."""
    outcomes = commit_group(list(entries))
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return outcomes


def state(customer) -> tuple:
    conversation = customer.conversation
    return conversation.status, conversation.assignee and conversation.assignee.username


@pytest.fixture
def pk(alice) -> int:
    commit_group([says(alice, "help")])
    return alice.conversation.pk


# ── take over ──


def test_an_agent_takes_over_from_the_bot(alice, carol, pk, announced):
    with announced(alice.conversation) as changes:
        do(handoff.take_over(as_agent(carol), pk))
    assert state(alice) == ("open", "carol")
    message = Message.objects.get(seq=2)
    assert (message.author_kind, message.author) == ("system", carol)
    assert message.body == "Carol joined the conversation."
    assert message.data == {"event": "took_over", "agent": "Carol"}
    assert (changes[0].standing.status, changes[0].standing.agent_name) == ("open", "Carol")
    assert not changes[0].bot_is_due


def test_after_a_takeover_nothing_is_left_for_the_bot(alice, carol, pk):
    assert alice.conversation.bot_is_due
    do(handoff.take_over(as_agent(carol), pk))
    assert not alice.conversation.bot_is_due
    do(handoff.hand_back(as_agent(carol), pk))
    assert not alice.conversation.bot_is_due  # what was asked before is not answered late


def test_the_first_of_two_agents_has_it(alice, carol, frank, pk):
    do(handoff.take_over(as_agent(carol), pk))
    with pytest.raises(Conflict) as caught:
        do(handoff.take_over(as_agent(frank), pk))
    assert caught.value.frame() == {
        "type": "error",
        "code": "taken",
        "detail": "Carol has this conversation.",
        "agent": "Carol",
    }
    assert state(alice) == ("open", "carol")


def test_two_takeovers_in_one_group_have_one_winner(alice, carol, frank, pk, announced):
    with announced(alice.conversation):
        first, second = commit_group(
            [handoff.take_over(as_agent(carol), pk), handoff.take_over(as_agent(frank), pk)]
        )
    assert isinstance(first, Receipt)
    assert isinstance(second, Conflict)
    assert state(alice) == ("open", "carol")


def test_taking_from_a_colleague_is_confirmed_and_told_to_both(alice, carol, frank, pk, announced):
    do(handoff.take_over(as_agent(carol), pk))
    with announced(alice.conversation) as changes:
        do(handoff.take_over(as_agent(frank), pk, confirm=True))
    assert state(alice) == ("open", "frank")
    message = Message.objects.order_by("seq").last()
    assert message.body == "Frank took over from Carol."
    assert message.data == {"event": "took_over", "agent": "Frank", "from": "Carol"}
    assert changes[0].standing.agent_username == "frank"


def test_taking_what_one_has_changes_nothing(alice, carol, pk, announced):
    do(handoff.take_over(as_agent(carol), pk))
    with announced(alice.conversation) as changes:
        do(handoff.take_over(as_agent(carol), pk))
    assert changes == []
    assert len(rows(alice.conversation)) == 2


def test_a_retried_takeover_is_done_once_whatever_came_between(alice, carol, pk):
    do(handoff.take_over(as_agent(carol), pk, client_id="id-1"))
    do(handoff.hand_back(as_agent(carol), pk))
    (again,) = do(handoff.take_over(as_agent(carol), pk, client_id="id-1"))
    assert again.was_there
    assert state(alice) == ("bot", None)


def test_a_client_id_used_for_two_deeds_does_both(alice, carol, pk):
    do(
        handoff.take_over(as_agent(carol), pk, client_id="id-1"),
        handoff.resolve(as_agent(carol), pk, client_id="id-1"),
    )
    assert state(alice) == ("resolved", None)


def test_a_resolved_conversation_can_be_taken_over(alice, carol, frank, pk):
    do(handoff.take_over(as_agent(carol), pk), handoff.resolve(as_agent(carol), pk))
    do(handoff.take_over(as_agent(frank), pk))
    assert state(alice) == ("open", "frank")


def test_how_long_the_customer_waited_is_kept(alice, carol, pk):
    do(handoff.ask_for_person(as_customer(alice), pk))
    do(handoff.take_over(as_agent(carol), pk))
    assert alice.conversation.waited_seconds == 0
    assert alice.conversation.waiting_since is not None  # until the first reply
    do(messages.agent_message(as_agent(carol), pk, "Hello"))
    assert alice.conversation.waiting_since is None


# ── hand back ──


def test_the_bot_has_it_again(alice, carol, pk, announced):
    do(handoff.take_over(as_agent(carol), pk))
    with announced(alice.conversation) as changes:
        do(handoff.hand_back(as_agent(carol), pk))
    assert state(alice) == ("bot", None)
    assert alice.conversation.waiting_since is None
    assert changes[0].standing.agent_name is None
    assert Message.objects.get(seq=3).data["event"] == "handed_back"
    do(says(alice, "and now?"))
    assert alice.conversation.bot_is_due


@pytest.mark.parametrize("deed", [handoff.hand_back, handoff.resolve])
def test_what_a_colleague_has_is_not_given_away(deed, alice, carol, frank, pk):
    do(handoff.take_over(as_agent(carol), pk))
    with pytest.raises(Conflict) as caught:
        do(deed(as_agent(frank), pk))
    assert caught.value.code == "taken"
    assert state(alice) == ("open", "carol")


@pytest.mark.parametrize("deed", [handoff.hand_back, handoff.resolve])
def test_what_waits_can_be_given_to_the_bot_or_closed_by_anybody(deed, alice, carol, pk):
    do(handoff.ask_for_person(as_customer(alice), pk))
    do(deed(as_agent(carol), pk))
    assert alice.conversation.waiting_since is None
    assert state(alice)[0] in ("bot", "resolved")


def test_handing_back_what_the_bot_has_changes_nothing(alice, carol, pk, announced):
    with announced(alice.conversation) as changes:
        do(handoff.hand_back(as_agent(carol), pk))
    assert changes == []


# ── resolve ──


def test_it_is_done(alice, carol, pk, announced):
    do(handoff.take_over(as_agent(carol), pk))
    with announced(alice.conversation):
        do(handoff.resolve(as_agent(carol), pk))
    assert state(alice) == ("resolved", None)
    assert not alice.conversation.bot_is_due
    assert Message.objects.get(seq=3).data == {"event": "resolved", "agent": "Carol"}


def test_resolving_twice_is_done_once(alice, carol, pk):
    do(handoff.resolve(as_agent(carol), pk), handoff.resolve(as_agent(carol), pk))
    assert len(rows(alice.conversation)) == 2


# ── transfer ──


def test_a_colleague_gets_it(alice, carol, frank, pk, announced):
    do(handoff.take_over(as_agent(carol), pk))
    with announced(alice.conversation) as changes:
        do(handoff.transfer(as_agent(carol), pk, "frank"))
    assert state(alice) == ("open", "frank")
    message = Message.objects.get(seq=3)
    assert message.body == "Carol handed the conversation to Frank."
    assert message.data == {"event": "transferred", "agent": "Carol", "to": "Frank"}
    assert changes[0].standing.agent_username == "frank"


@pytest.mark.parametrize("to", ["nobody", "eve", "", "frank\x00", "\ud800", "Frank"])
def test_only_an_agent_gets_it(to, carol, frank, pk, django_user_model):
    django_user_model.objects.create_user("eve")
    with pytest.raises(NotFound):
        handoff.transfer(as_agent(carol), pk, to)


def test_what_a_colleague_has_is_not_transferred(alice, carol, frank, dan, pk):
    do(handoff.take_over(as_agent(carol), pk))
    with pytest.raises(Conflict):
        do(handoff.transfer(as_agent(frank), pk, "dan"))
    assert state(alice) == ("open", "carol")


def test_what_waits_can_be_given_to_a_colleague(alice, carol, frank, pk):
    do(handoff.ask_for_person(as_customer(alice), pk))
    do(handoff.transfer(as_agent(carol), pk, "frank"))
    assert state(alice) == ("open", "frank")


# ── a person, please ──


def test_a_customer_asks_for_a_person_and_is_told_what_happens(alice, carol, pk, announced):
    AgentPresence.objects.create(user=carol, seen_at=timezone.now())
    with announced(alice.conversation) as changes:
        do(handoff.ask_for_person(as_customer(alice), pk))
    assert state(alice) == ("open", None)
    conversation = alice.conversation
    assert conversation.is_waiting
    assert conversation.waiting_since is not None
    assert not conversation.bot_is_due
    message = Message.objects.get(seq=2)
    assert (message.author_kind, message.data) == ("system", {"event": "waiting"})
    assert "You are in the queue" in message.body
    assert changes[0].standing.status == "open"


def test_without_anybody_there_it_says_so(alice, pk):
    do(handoff.ask_for_person(as_customer(alice), pk))
    assert "Nobody from the team is here" in Message.objects.get(seq=2).body


def test_asking_again_keeps_the_place_in_the_queue(alice, pk, announced):
    do(handoff.ask_for_person(as_customer(alice), pk))
    since = alice.conversation.waiting_since
    with announced(alice.conversation) as changes:
        do(handoff.ask_for_person(as_customer(alice), pk))
    assert changes == []
    assert alice.conversation.waiting_since == since


def test_after_a_resolution_a_person_can_be_asked_for(alice, carol, pk):
    do(handoff.resolve(as_agent(carol), pk))
    do(handoff.ask_for_person(as_customer(alice), pk))
    assert state(alice) == ("open", None)


def test_a_customer_leaves_the_queue_for_the_bot(alice, announced):
    commit_group([says(alice, "help")])
    wants, goes = (
        handoff.ask_for_person(as_customer(alice), alice.conversation.pk),
        handoff.back_to_bot(as_customer(alice), alice.conversation.pk),
    )
    with announced(alice.conversation) as changes:
        commit_group([wants])
        commit_group([goes])
    now = alice.conversation
    assert (now.status, now.assignee, now.waiting_since, now.bot_is_due) == (
        "bot",
        None,
        None,
        False,
    )
    assert changes[-1].messages[0].data == {"event": "handed_back"}


def test_what_an_agent_has_no_customer_hands_to_the_bot(alice, carol):
    pk = alice.conversation.pk
    commit_group([says(alice, "help"), handoff.take_over(as_agent(carol), pk)])
    (refusal,) = commit_group([handoff.back_to_bot(as_customer(alice), pk)])
    assert (refusal.code, refusal.extra) == ("taken", {"agent": "Carol"})


def test_who_does_not_wait_leaves_nothing(alice):
    commit_group(
        [says(alice, "help"), handoff.back_to_bot(as_customer(alice), alice.conversation.pk)]
    )
    assert alice.conversation.head_seq == 1


def test_two_whose_long_client_ids_differ_at_the_end_only_are_two(alice, carol, pk):
    one, other = f"{'x' * 63}1", f"{'x' * 63}2"
    do(handoff.take_over(as_agent(carol), pk, client_id=one))
    do(handoff.hand_back(as_agent(carol), pk, client_id=one))
    do(handoff.take_over(as_agent(carol), pk, client_id=other))
    assert state(alice) == ("open", "carol")
