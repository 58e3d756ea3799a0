"""Who is offered, who answers where, and from which part of the FAQ."""

import pytest
from django.core.exceptions import ValidationError

from chat import assistants
from chat.models import Assistant
from faq.models import Category, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def health() -> Category:
    category = Category.objects.create(name="Health", slug="health")
    Entry.objects.create(category=category, title="Treat a cold", answer="Rest.")
    return category


@pytest.fixture
def network() -> Category:
    category = Category.objects.create(name="Network", slug="network")
    Entry.objects.create(category=category, title="Connect to Wi-Fi", answer="Choose it.")
    return category


@pytest.fixture
def desk() -> Assistant:
    return Assistant.objects.create(name="IT Help Desk", slug="it", is_active=True, is_default=True)


@pytest.fixture
def healthcare(health) -> Assistant:
    assistant = Assistant.objects.create(
        name="Healthcare", slug="healthcare", is_active=True, order=1
    )
    assistant.categories.add(health)
    return assistant


def test_a_desk_without_assistants_answers_from_everything_in_its_own_name(alice, health, settings):
    settings.HELPDESK_NAME = "Library Help"
    assistant = assistants.of(alice.conversation.pk)
    assert (assistant.name, assistant.pk) == ("Library Help", None)
    assert assistants.categories(assistant) is None
    assert assistants.greeting(assistant).startswith("Hello! This is the Library Help.")


def test_who_has_no_categories_answers_from_those_that_are_nobody_elses(
    desk, healthcare, health, network
):
    assert assistants.categories(healthcare) == ["health"]
    assert assistants.categories(desk) == ["network"]


def test_the_categories_of_one_that_is_switched_off_are_free_again(
    desk, healthcare, health, network
):
    Assistant.objects.filter(pk=healthcare.pk).update(is_active=False)
    assert assistants.categories(desk) is None


def test_whoever_is_switched_off_is_stood_in_for(desk, healthcare, alice):
    conversation = alice.conversation
    conversation.assistant = healthcare
    conversation.save()
    assert assistants.of(conversation.pk) == healthcare
    Assistant.objects.filter(pk=healthcare.pk).update(is_active=False)
    assert assistants.of(conversation.pk) == desk
    assert assistants.offered() == [desk]


def test_a_conversation_outlives_its_assistant(desk, healthcare, alice):
    conversation = alice.conversation
    conversation.assistant = healthcare
    conversation.save()
    healthcare.delete()
    assert assistants.of(conversation.pk) == desk


def test_a_new_default_takes_the_place_of_the_old_one(desk, healthcare):
    healthcare.is_default = True
    healthcare.save()
    desk.refresh_from_db()
    assert not desk.is_default
    assert assistants.default() == healthcare


def test_the_default_cannot_be_switched_off(desk):
    desk.is_active = False
    with pytest.raises(ValidationError, match="default assistant"):
        desk.full_clean()


def test_suggested_questions_are_its_own_or_the_first_of_its_categories(
    desk, healthcare, health, network
):
    assert assistants.questions(desk) == ["Connect to Wi-Fi"]
    healthcare.questions = "How much sleep do I need?\n\n  Is it a cold? \n"
    assert assistants.questions(healthcare) == ["How much sleep do I need?", "Is it a cold?"]


@pytest.mark.parametrize("questions", ["\n".join("abcdefg"), "x" * 121])
def test_too_many_or_too_long_questions_are_refused(desk, questions):
    desk.questions = questions
    with pytest.raises(ValidationError, match="At most"):
        desk.full_clean()


def test_a_frame_shows_what_customers_see(healthcare):
    healthcare.notice = "This is no medical advice."
    assert assistants.frame(healthcare) == {
        "slug": "healthcare",
        "name": "Healthcare",
        "about": "",
        "greeting": "Hello! This is the Healthcare. Ask in your own words.",
        "questions": ["Treat a cold"],
        "notice": "This is no medical advice.",
        "person_answers": False,
    }
