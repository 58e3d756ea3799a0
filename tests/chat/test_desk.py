"""What the desk says of itself before anything was asked."""

import pytest

from chat.desk import desk
from faq.models import Category, Entry

pytestmark = pytest.mark.django_db


def test_an_empty_desk_has_a_name_and_a_greeting(settings):
    settings.HELPDESK_NAME = "Library Help"
    assert desk() == {
        "name": "Library Help",
        "greeting": "Hello! This is the Library Help. Ask in your own words.",
        "questions": [],
        "sends_email": False,
    }


def test_the_first_published_entry_of_each_category_is_suggested():
    for number in range(3):
        category = Category.objects.create(name=f"C{number}", slug=f"c{number}")
        for entry in range(2):
            Entry.objects.create(
                category=category,
                title=f"Question {number}.{entry}",
                answer="Answer.",
                is_published=(number, entry) != (1, 0),
            )
    Category.objects.create(name="Empty", slug="empty")
    assert desk()["questions"] == ["Question 0.0", "Question 1.1", "Question 2.0"]
