"""Dan tries a question and sees what the bot would do, and why."""

from django.contrib.auth.models import Permission
from django.test import Client

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
    category = desk["vpn"].category_id
    question = {"question": "i forgot my password", "category": category}
    assert "Reset a password" not in dans_browser.get(TRY, question).content.decode()


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
