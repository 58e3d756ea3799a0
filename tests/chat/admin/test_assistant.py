"""Assistants are added, edited, ordered and switched off in the admin."""

import pytest

from chat import assistants
from chat.models import Assistant
from faq.models import Category

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/assistant/"
NEW = {
    "name": "Travel",
    "slug": "travel",
    "about": "Trains and hotels",
    "order": 3,
    "is_active": "on",
    "task": "faq",
    "temperature": "0.3",
    "longest_reply": "80",
    "uses_model": "on",
    "heeds_emergencies": "on",
    "_save": "Save",
}


def test_an_assistant_is_added_with_everything_it_has(dans_browser):
    trains = Category.objects.create(name="Trains", slug="trains")
    sent = {**NEW, "categories": [trains.pk], "greeting": "Hi!", "notice": "No refunds."}
    assert dans_browser.post(f"{LIST}add/", sent).status_code == 302
    travel = Assistant.objects.get(slug="travel")
    assert (travel.name, travel.greeting, travel.notice) == ("Travel", "Hi!", "No refunds.")
    assert list(travel.categories.all()) == [trains]
    assert (travel.temperature, travel.longest_reply) == (0.3, 80)
    assert b"Trains" in dans_browser.get(LIST).content


def test_a_new_one_is_no_customers_until_it_is_published(dans_browser):
    Assistant.objects.create(name="IT", slug="it", is_active=True, is_default=True)
    form = dans_browser.get(f"{LIST}add/").context["adminform"].form
    given = {name: form[name].value() for name in form.fields}
    sent = {
        name: value for name, value in given.items() if value is not None and value is not False
    }
    dans_browser.post(f"{LIST}add/", {**sent, "name": "Travel", "slug": "travel"})
    travel = Assistant.objects.get(slug="travel")
    assert [one.name for one in assistants.offered()] == ["IT"]
    changed = {**sent, "name": "Travel", "slug": "travel", "is_active": "on"}
    dans_browser.post(f"{LIST}{travel.pk}/change/", changed)
    assert [one.name for one in assistants.offered()] == ["IT", "Travel"]


def test_what_makes_no_sense_is_refused_with_a_reason(dans_browser):
    page = dans_browser.post(f"{LIST}add/", {**NEW, "temperature": "3", "longest_reply": "0"})
    assert page.status_code == 200
    assert b"less than or equal to 2" in page.content
    assert not Assistant.objects.exists()


def test_they_are_ordered_and_switched_off_in_the_list(dans_browser):
    rows = [
        Assistant.objects.create(
            name=name, slug=name, order=order, is_active=True, is_default=name == "it"
        )
        for order, name in enumerate(["it", "health"])
    ]
    sent = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for number, row in enumerate(rows):
        sent |= {f"form-{number}-id": row.pk, f"form-{number}-order": 2 - number}
    sent["form-0-is_active"] = "on"
    assert dans_browser.post(LIST, sent).status_code == 302
    assert list(Assistant.objects.values_list("name", "is_active")) == [
        ("health", False),
        ("it", True),
    ]


def test_the_default_stays_on(dans_browser):
    row = Assistant.objects.create(name="it", slug="it", is_active=True, is_default=True)
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save"}
    page = dans_browser.post(LIST, {**sent, "form-0-id": row.pk, "form-0-order": 0})
    assert b"has to be published" in page.content
    row.refresh_from_db()
    assert row.is_active


def test_agents_do_not_see_the_page(carols_browser):
    assert carols_browser.get(LIST).status_code == 302
