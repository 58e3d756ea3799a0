"""What a reader gets who comes, comes back, or asks for more."""

import pytest

from chat.hub import LAST, backlog, following, page
from chat.hub.backlog import RESUMED
from chat.log import Mark, commit_group
from tests.chat.entries import bot_answers, bot_says, says

pytestmark = pytest.mark.django_db


def fill(customer, number: int) -> int:
    pk = customer.conversation.pk
    commit_group([says(customer, str(i + 1), pk=pk) for i in range(number)])
    return pk


def seqs(messages) -> list[int]:
    return [posted.seq for posted in messages]


def test_whoever_comes_anew_gets_the_last_fifty(alice):
    found = backlog(fill(alice, 60), None)
    assert seqs(found.messages) == list(range(11, 61))
    assert (found.head_seq, found.version, found.has_earlier, found.after) == (60, 60, True, None)


def test_a_short_conversation_comes_whole(alice):
    found = backlog(fill(alice, 3), None)
    assert seqs(found.messages) == [1, 2, 3]
    assert not found.has_earlier


def test_whoever_comes_back_gets_what_is_new(alice):
    found = backlog(fill(alice, 60), 57)
    assert seqs(found.messages) == [58, 59, 60]
    assert (found.after, found.has_earlier) == (57, True)


def test_whoever_has_everything_gets_nothing(alice):
    found = backlog(fill(alice, 3), 3)
    assert (found.messages, found.after) == ([], 3)


def test_whoever_is_far_behind_starts_anew(alice):
    pk = fill(alice, RESUMED + 2)
    assert backlog(pk, 2).after == 2
    found = backlog(pk, 1)
    assert found.after is None
    assert len(found.messages) == LAST


def test_whoever_claims_to_have_more_than_there_is_starts_anew(alice):
    found = backlog(fill(alice, 3), 4)
    assert (found.after, seqs(found.messages)) == (None, [1, 2, 3])


def test_a_backlog_tells_how_far_each_side_has_read(alice, carol, frank):
    pk = fill(alice, 5)
    commit_group(
        [
            bot_says(pk, "hello"),
            Mark(pk, alice.author_key, 6),
            Mark(pk, f"user:{carol.pk}", 2, carol.pk, is_agent=True),
            Mark(pk, f"user:{frank.pk}", 4, frank.pk, is_agent=True),
        ]
    )
    assert backlog(pk, None).read == {"customer": 6, "agent": 4}


def test_a_page_is_in_order_and_within_its_bounds(alice):
    pk = fill(alice, 10)
    assert seqs(page(pk, 3, 6)) == [4, 5, 6]
    assert page(pk, 10, 20) == []
    assert page(pk, 0, -1) == []


def test_following_leaves_no_gap_however_much_is_missing(alice):
    pk = fill(alice, RESUMED + 30)
    found, through = following(pk, 10)
    assert seqs(found) == list(range(11, RESUMED + 11))
    assert through == RESUMED + 10
    found, through = following(pk, through)
    assert seqs(found) == list(range(RESUMED + 11, RESUMED + 31))
    assert through == RESUMED + 30
    assert following(pk, through) == ([], through)


def test_following_the_future_is_nothing(alice):
    assert following(fill(alice, 3), 2**53) == ([], 3)


def test_a_backlog_tells_what_the_customer_thinks_of_answers_however_old(alice):
    pk = fill(alice, 1)
    liked = bot_answers(alice.conversation, 1, feedback="up")
    fill(alice, LAST + 1)
    disliked = bot_answers(alice.conversation, 3, feedback="down")
    bot_answers(alice.conversation, 4)
    assert backlog(pk, None).ratings == {liked: "up", disliked: "down"}
