"""Dan tries a question and sees what the bot would do, and why."""

from django.contrib.auth.models import Permission
from django.test import Client

from chat.models import Assistant
from faq.models import Category
from faq.search import search

TRY = "/admin/faq/entry/try/"


def test_it_is_reached_from_the_entries(desk, dans_browser):
    assert TRY in dans_browser.get("/admin/faq/entry/").content.decode()


def test_it_shows_hits_with_score_parts_and_thresholds(model, desk, dans_browser, knowledge):
    search("wifi")
    knowledge.settle()
    page = dans_browser.get(TRY, {"question": "how can i get on wifi"}).content.decode()
    for shown in (
        "The bot sends the first answer.", "Connect to Wi-Fi", "how do i get on wifi",
        "Answers from 0.50", "suggests from 0.30", "&times; 0.45", "&times; 0.15",
        "&times; 0.40",
    ):  # fmt: skip
        assert shown in page


def test_it_says_what_is_not_learned_yet(model, desk, dans_browser):
    page = dans_browser.get(TRY, {"question": "vpn client"}).content.decode()
    assert "not known yet" in page
    assert "&times; 0.75" in page


def test_it_says_when_a_word_is_too_vague(model, desk, dans_browser):
    page = dans_browser.get(TRY, {"question": "password"}).content.decode()
    assert "asks which of these was meant" in page


def test_it_keeps_to_a_category(model, desk, dans_browser):
    category = desk["vpn"].category.slug
    question = {"question": "i forgot my password", "scope": f"category:{category}"}
    assert "Reset a password" not in dans_browser.get(TRY, question).content.decode()


def test_it_searches_as_an_assistant_does(model, desk, dans_browser):
    network = desk["vpn"].category
    other = next(one.category for one in desk.values() if one.category != network)
    third = Category.objects.create(name="Third", slug="third")
    Assistant.objects.create(name="Everything else", slug="rest", is_active=True)
    wires = Assistant.objects.create(name="Wires", slug="wires", is_active=True, is_default=True)
    wires.categories.set([network, third])
    Assistant.objects.create(name="Off", slug="off", is_active=False)
    Assistant.objects.create(name="Moods", slug="moods", is_active=True, task="sentiment")
    form = dans_browser.get(TRY).context["form"]
    assert form.fields["scope"].choices[:3] == [
        ("assistant:wires", "Wires"),
        ("assistant:rest", "Everything else"),
        ("", "all categories"),
    ]
    assert form["scope"].value() == "assistant:wires"
    assert ("Not published", [("assistant:off", "Off")]) in form.fields["scope"].choices
    question = "i forgot my password"
    answered = {
        scope: "Reset a password"
        in dans_browser.get(TRY, {"question": question, "scope": scope}).content.decode()
        for scope in ("assistant:wires", "assistant:rest", "", f"category:{other.slug}")
    }
    assert answered == {
        "assistant:wires": False,
        "assistant:rest": True,
        "": True,
        f"category:{other.slug}": True,
    }


def test_an_assistant_that_is_gone_is_said(desk, dans_browser):
    page = dans_browser.get(TRY, {"question": "vpn", "scope": "assistant:gone"}).content.decode()
    assert "assistant:gone is not one of the available choices" in page


def test_an_empty_question_is_asked_for(desk, dans_browser):
    page = dans_browser.get(TRY, {"question": " "}).content.decode()
    assert "Type a question" in page


def test_a_questions_markup_is_shown_as_text(no_model, desk, dans_browser):
    page = dans_browser.get(TRY, {"question": "<b>vpn</b> client"}).content.decode()
    assert "<b>vpn" not in page


def test_it_is_for_those_who_may_see_entries(desk, carol):
    browser = Client()
    browser.force_login(carol)
    assert browser.get(TRY).status_code == 302
    carol.is_staff = True
    carol.save()
    assert browser.get(TRY).status_code == 403
    carol.user_permissions.add(Permission.objects.get(codename="view_entry"))
    assert browser.get(TRY).status_code == 200
