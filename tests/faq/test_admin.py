"""Dan keeps the FAQ in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from faq.models import Category, Entry, Phrasing
from faq.search import search

ADD = "/admin/faq/entry/add/"
TRY = "/admin/faq/entry/try/"


def form(category: Category, *wordings: str, **fields) -> dict[str, object]:
    data = {
        "category": category.pk, "title": "Print a poster", "answer": "Room 12.", "link": "",
        "is_published": "on", "phrasings-TOTAL_FORMS": len(wordings),
        "phrasings-INITIAL_FORMS": 0, **fields,
    }  # fmt: skip
    return data | {f"phrasings-{i}-text": text for i, text in enumerate(wordings)}


def errors(response) -> str:
    found = response.context["errors"]
    return " ".join(str(error) for errors in found for error in errors)


def test_an_entry_is_written_with_its_wordings(network, dans_browser):
    response = dans_browser.post(ADD, form(network, "a0 printing", "print my poster", ""))
    assert response.status_code == 302
    entry = Entry.objects.get()
    assert [phrasing.text for phrasing in entry.phrasings.all()] == [
        "a0 printing",
        "print my poster",
    ]


@pytest.mark.parametrize(
    ("wordings", "said"),
    [
        (["a0 printing", "A0  Printing"], "This entry has this wording already."),
        (["print a POSTER"], "The title says this already."),
        (["?!"], "at least one word"),
        (["x" * 301], "at most 300 characters"),
    ],
)
def test_a_bad_wording_is_refused_with_the_reason(network, dans_browser, wordings, said):
    response = dans_browser.post(ADD, form(network, *wordings))
    assert response.status_code == 200
    assert said in errors(response)
    assert not Entry.objects.exists()


def test_a_wording_blanked_out_is_to_be_deleted_instead(desk, dans_browser):
    entry = desk["wifi"]
    data = form(entry.category, "", "other", title=entry.title, **{"phrasings-INITIAL_FORMS": 2})
    for number, phrasing in enumerate(entry.phrasings.all()):
        data[f"phrasings-{number}-id"] = phrasing.pk
        data[f"phrasings-{number}-entry"] = entry.pk
    url = reverse("admin:faq_entry_change", args=[entry.pk])
    assert "tick Delete" in errors(dans_browser.post(url, data))


def test_a_wording_is_found_in_the_next_question(model, desk, dans_browser):
    assert search("the blinkenlights are dark").band == "none"
    dans_browser.post(ADD, form(desk["vpn"].category, "the blinkenlights are dark"))
    assert search("the blinkenlights are dark").hits[0].title == "Print a poster"


def test_a_wording_of_another_entry_is_taken_with_a_warning(desk, dans_browser):
    response = dans_browser.post(ADD, form(desk["vpn"].category, "VPN client"), follow=True)
    assert "is a wording of “Set up the VPN” too" in response.content.decode()
    assert Phrasing.objects.filter(key="vpn client").count() == 2


def test_entries_are_found_by_their_wordings_and_filtered_by_category(desk, dans_browser):
    page = dans_browser.get("/admin/faq/entry/?q=vpn+client").content.decode()
    assert "Set up the VPN" in page
    assert "Reset a password" not in page
    category = desk["reset"].category_id
    page = dans_browser.get(f"/admin/faq/entry/?category__id__exact={category}").content.decode()
    assert "Reset a password" in page
    assert "Set up the VPN" not in page


@pytest.mark.parametrize(("action", "published"), [("withdraw", False), ("publish", True)])
def test_entries_are_withdrawn_and_published_together(model, desk, dans_browser, action, published):
    Entry.objects.filter(pk=desk["vpn"].pk).update(is_published=not published)
    search("vpn client")
    data = {"action": action, "_selected_action": [desk["vpn"].pk]}
    response = dans_browser.post("/admin/faq/entry/", data, follow=True)
    assert "1 entry." in response.content.decode()
    found = [hit.title for hit in search("vpn client").hits]
    assert ("Set up the VPN" in found) is published


def test_a_category_with_entries_says_why_it_stays(desk, dans_browser):
    url = reverse("admin:faq_category_delete", args=[desk["vpn"].category_id])
    page = dans_browser.post(url, {"post": "yes"}).content.decode()
    assert "Set up the VPN" in page
    assert Category.objects.count() == 2


class TestTryIt:
    def test_is_reached_from_the_entries(self, desk, dans_browser):
        assert TRY in dans_browser.get("/admin/faq/entry/").content.decode()

    def test_shows_hits_with_score_parts_and_thresholds(self, model, desk, dans_browser, knowledge):
        search("wifi")
        knowledge.settle()
        page = dans_browser.get(TRY, {"question": "how can i get on wifi"}).content.decode()
        for shown in (
            "The bot sends the first answer.", "Connect to Wi-Fi", "how do i get on wifi",
            "Answers from 0.50", "suggests from 0.30", "&times; 0.45", "&times; 0.15",
            "&times; 0.40",
        ):  # fmt: skip
            assert shown in page

    def test_says_what_is_not_learned_yet(self, model, desk, dans_browser):
        page = dans_browser.get(TRY, {"question": "vpn client"}).content.decode()
        assert "not known yet" in page
        assert "&times; 0.75" in page

    def test_says_when_a_word_is_too_vague(self, model, desk, dans_browser):
        page = dans_browser.get(TRY, {"question": "password"}).content.decode()
        assert "asks which of these was meant" in page

    def test_keeps_to_a_category(self, model, desk, dans_browser):
        category = desk["vpn"].category_id
        question = {"question": "i forgot my password", "category": category}
        assert "Reset a password" not in dans_browser.get(TRY, question).content.decode()

    def test_an_empty_question_is_asked_for(self, desk, dans_browser):
        page = dans_browser.get(TRY, {"question": " "}).content.decode()
        assert "Type a question" in page

    def test_a_questions_markup_is_shown_as_text(self, no_model, desk, dans_browser):
        page = dans_browser.get(TRY, {"question": "<b>vpn</b> client"}).content.decode()
        assert "<b>vpn" not in page

    def test_is_for_those_who_may_see_entries(self, desk, carol):
        browser = Client()
        browser.force_login(carol)
        assert browser.get(TRY).status_code == 302
        carol.is_staff = True
        carol.save()
        assert browser.get(TRY).status_code == 403
        carol.user_permissions.add(Permission.objects.get(codename="view_entry"))
        assert browser.get(TRY).status_code == 200
