"""The statements take every value that the columns hold, on both databases."""

import pytest

from chat.log import Mark, commit_group
from chat.models import Member, Message
from tests.chat.entries import bot_says, says

pytestmark = pytest.mark.django_db

TEXTS = [
    "%s %% 100%",
    "'; DROP TABLE chat_message; --",
    '{"$.seq": 1}',
    "a\nb\tc",
    "🎓" * 1000,
    "\\u0041",
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_as_it_was(text, alice):
    commit_group([says(alice, text, client_id=text[:64])])
    message = Message.objects.get()
    assert (message.body, message.client_id) == (text, text[:64])
    (again,) = commit_group([says(alice, text, client_id=text[:64])])
    assert again.was_there


@pytest.mark.parametrize("value", [None, {}, {"a": None}, {"a": [1, 2.5, True, "x"]}, {"n": 2**53}])
def test_any_json_comes_back_as_it_was(value, alice):
    entry = bot_says(alice.conversation, "look")
    entry.data = entry.evidence = value
    commit_group([entry])
    message = Message.objects.get()
    assert (message.data, message.evidence) == (value, value)


def test_no_json_is_null_for_the_database_too(alice):
    commit_group([says(alice, "hello")])
    assert Message.objects.filter(data__isnull=True, evidence__isnull=True).exists()


def test_json_can_be_queried(alice):
    entry = bot_says(alice.conversation, "look")
    entry.data = {"source": {"entry": 4}}
    commit_group([entry])
    assert Message.objects.filter(data__source__entry=4).exists()


def test_marks_of_two_members_in_one_group(alice, carol):
    pk = alice.conversation.pk
    commit_group(
        [
            says(alice, "hello"),
            Mark(pk, alice.author_key, 1),
            Mark(pk, f"user:{carol.pk}", 1, carol.pk, is_agent=True),
        ]
    )
    members = Member.objects.order_by("is_agent").values_list("key", "user", "is_agent")
    assert list(members) == [(alice.author_key, None, False), (f"user:{carol.pk}", carol.pk, True)]


def test_a_message_s_time_is_the_conversation_s_last_change(alice):
    commit_group([says(alice, "hello")])
    assert Message.objects.get().created_at == alice.conversation.updated_at
