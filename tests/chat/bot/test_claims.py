import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat.bot import claims
from chat.models import BotTurn
from tests.chat.bot.conftest import hit
from tests.services.connections import close_other_threads_connections


def test_a_conversation_is_due_while_its_newest_customer_message_is_unanswered(talk, bobs_talk):
    assert claims.due() == []
    talk.say("wifi")
    assert claims.due() == [talk.conversation.pk]
    assert claims.claim(bobs_talk.conversation.pk) is None


def test_what_a_person_has_is_not_due(talk, carol):
    talk.say("wifi")
    talk.taken_over_by(carol)
    assert claims.due() == []
    assert claims.claim(talk.conversation.pk) is None


def test_what_was_handed_back_is_due_only_with_the_next_message(talk, carol):
    talk.say("wifi")
    talk.taken_over_by(carol)
    talk.handed_back_by(carol)
    assert claims.due() == []
    talk.say("wifi again")
    assert claims.claim(talk.conversation.pk).texts == ["wifi again"]


def test_a_claimed_conversation_is_no_others(talk):
    talk.say("wifi")
    mine = claims.claim(talk.conversation.pk)
    assert claims.due() == []
    assert claims.claim(talk.conversation.pk) is None
    talk.say("are you there")
    assert claims.due() == []
    assert claims.claim(talk.conversation.pk) is None
    assert mine.question == "wifi"


def test_a_lease_that_ran_out_is_taken_over_with_what_came_since(talk):
    talk.say("wifi")
    claims.claim(talk.conversation.pk, lease=-1)
    talk.say("are you there")
    assert claims.due() == [talk.conversation.pk]
    again = claims.claim(talk.conversation.pk)
    assert again.texts == ["wifi", "are you there"]
    assert talk.outcomes == ["dropped", ""]


def test_a_renewed_lease_is_kept(talk):
    talk.say("wifi")
    mine = claims.claim(talk.conversation.pk, lease=-1)
    claims.renew([mine.token])
    assert claims.due() == []
    left = BotTurn.objects.get(token=mine.token).leased_until - timezone.now()
    assert timedelta(seconds=10) < left < timedelta(seconds=20)


def test_a_released_turn_is_due_at_once(talk):
    talk.say("wifi")
    claims.release(claims.claim(talk.conversation.pk))
    assert claims.due() == [talk.conversation.pk]


def test_why_a_turn_need_not_go_on(talk, carol):
    talk.say("wifi")
    mine = claims.claim(talk.conversation.pk)
    assert claims.why_not(mine) == ""
    talk.say("quick")
    assert claims.why_not(mine) == "newer message"
    talk.taken_over_by(carol)
    assert claims.why_not(mine) == "taken over"


def test_only_the_newest_messages_make_the_question(talk):
    for number in range(8):
        talk.say(f"line {number}")
    texts = claims.claim(talk.conversation.pk).texts
    assert texts == [f"line {n}" for n in range(3, 8)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_of_many_workers_one_gets_the_turn(talk, round_number):
    talk.say("wifi")
    claimed, together = [], threading.Barrier(6)

    def worker():
        together.wait()
        claimed.append(claims.claim(talk.conversation.pk))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_other_threads_connections()
    assert len([turn for turn in claimed if turn is not None]) == 1
    assert len(talk.turns) == 1


def test_after_resolved_a_new_message_starts_fresh(talk, found, carol):
    """Nothing that was said, answered, suggested or missed before reaches the next turn."""
    found("answer", hit("Connect to Wi-Fi", "Choose campus-secure.", 0.9))
    talk.ask("how do i get on wifi")
    found("suggest", hit("Connect to the VPN", "Install the client.", 0.4, 2))
    talk.ask("connect")
    talk.taken_over_by(carol)
    talk.answered_by(carol, "It is done.")
    talk.resolved_by(carol)
    talk.say("and from home?")
    fresh = claims.claim(talk.conversation.pk)
    assert fresh.texts == ["and from home?"]
    assert fresh.previous == ""
    assert claims.earlier_messages(fresh, 50) == []
    assert claims.answered_before(fresh) == []
    assert claims.suggested_before(fresh) == []


def test_a_miss_before_resolved_is_no_first_of_two(talk, found, carol):
    found("none")
    talk.ask("who won the match")
    assert talk.outcomes == ["template"]
    talk.resolved_by(carol)
    talk.ask("who won the other match")
    assert talk.outcomes == ["template", "template"]
    assert talk.turns[0].next_step == ""


def test_without_resolved_the_context_is_kept(talk, found, carol):
    found("answer", hit("Connect to Wi-Fi", "Choose campus-secure.", 0.9))
    talk.ask("how do i get on wifi")
    talk.say("and from home?")
    turn = claims.claim(talk.conversation.pk)
    assert [message.body for message in claims.earlier_messages(turn, 50)] == [
        "how do i get on wifi",
        "Choose campus-secure.",
    ]
    assert claims.answered_before(turn) == ["how do i get on wifi"]
