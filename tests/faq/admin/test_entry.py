"""Dan keeps the FAQ in the admin."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from faq.admin.form import EntryForm
from faq.models import Category, Entry, Phrasing
from faq.search import search

ADD = "/admin/faq/entry/add/"
PREVIEW = "/admin/faq/entry/preview/"


def form(category: Category, *wordings: str, **fields) -> dict[str, object]:
    data = {
        "category": category.pk, "title": "Print a poster", "answer": "Room 12.", "link": "",
        "lang": "en", "is_published": "on", "phrasings-TOTAL_FORMS": len(wordings),
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


def test_who_had_the_page_open_longer_does_not_undo_the_others_change(desk, dans_browser):
    entry = desk["vpn"]
    address = reverse("admin:faq_entry_change", args=[entry.pk])
    page = dans_browser.get(address)
    data = form(entry.category, title=entry.title, answer="At the library.")
    data["seen"] = page.context["adminform"].form["seen"].value()
    dans_browser.post(address, data | {"title": "The other's title"})

    refused = dans_browser.post(address, data)
    assert "was changed after you opened this page" in errors(refused)
    entry.refresh_from_db()
    assert entry.title == "The other's title"

    again = data | {"seen": refused.context["adminform"].form["seen"].value()}
    assert dans_browser.post(address, again).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.answer) == (data["title"], "At the library.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told(network, dan, monkeypatch):
    entry = Entry.objects.create(category=network, title="Set up the VPN", answer="Ask.")
    address = reverse("admin:faq_entry_change", args=[entry.pk])
    data = form(network, seen=entry.updated_at.isoformat())
    both, clean, pages = Barrier(2), EntryForm.clean, {}

    def meeting(self):
        cleaned = clean(self)
        with suppress(BrokenBarrierError):  # the other one waits for this one
            both.wait(1)
        return cleaned

    def save(title):
        pages[title] = browsers[title].post(address, data | {"title": title}).content.decode()
        connection.close()

    monkeypatch.setattr(EntryForm, "clean", meeting)
    browsers = {title: Client() for title in ("Dan's", "Frank's")}
    for browser in browsers.values():
        browser.force_login(dan)
    threads = [Thread(target=save, args=[title]) for title in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry.refresh_from_db()
    told = [title for title, page in pages.items() if "was changed after you opened" in page]
    assert {entry.title, *told} == {"Dan's", "Frank's"}
    assert len(told) == 1


def test_who_has_an_entry_open_does_not_publish_what_was_withdrawn_from_the_list(
    desk, dans_browser
):
    entry = desk["vpn"]
    address = reverse("admin:faq_entry_change", args=[entry.pk])
    data = form(entry.category, title=entry.title, answer="At the library.")
    data["seen"] = dans_browser.get(address).context["adminform"].form["seen"].value()
    chosen = {"action": "withdraw", "_selected_action": [entry.pk]}
    dans_browser.post("/admin/faq/entry/", chosen)

    assert "was changed after you opened this page" in errors(dans_browser.post(address, data))
    assert not Entry.objects.get(pk=entry.pk).is_published


def test_entries_are_found_by_their_wordings_and_filtered_by_category(desk, dans_browser):
    page = dans_browser.get("/admin/faq/entry/?q=vpn+client").content.decode()
    assert "Set up the VPN" in page
    assert "Reset a password" not in page
    category = desk["reset"].category_id
    page = dans_browser.get(f"/admin/faq/entry/?category__id__exact={category}").content.decode()
    assert "Reset a password" in page
    assert "Set up the VPN" not in page


def test_a_search_does_not_multiply_the_wordings_in_the_list(desk, dans_browser):
    wordings = desk["vpn"].phrasings.count()
    assert wordings > 1
    page = dans_browser.get("/admin/faq/entry/?q=vpn").content.decode()
    assert re.search(r'field-phrasing_count">(\d+)<', page).group(1) == str(wordings)


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


def test_an_entry_has_a_language_and_a_time_in_which_it_holds(network, dans_browser):
    when = {"valid_from": "2026-03-01T09:00", "valid_until": "2026-04-01T00:00"}
    assert dans_browser.post(ADD, form(network, lang="de", **when)).status_code == 302
    entry = Entry.objects.get()
    assert entry.lang == "de"
    assert (entry.valid_from, entry.valid_until) == (
        datetime(2026, 3, 1, 9, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
    )
    page = dans_browser.get(f"/admin/faq/entry/{entry.pk}/change/").content.decode()
    assert 'value="2026-03-01T09:00"' in page
    assert "German (de)" in page


def test_a_time_that_ends_before_it_begins_is_refused(network, dans_browser):
    when = {"valid_from": "2026-03-02T09:00", "valid_until": "2026-03-02T09:00"}
    assert "later than its beginning" in errors(dans_browser.post(ADD, form(network, **when)))


def test_a_language_code_of_another_time_can_be_kept(write, dans_browser):
    entry = write("Print a poster", lang="pt-br")
    url = reverse("admin:faq_entry_change", args=[entry.pk])
    assert dans_browser.post(url, form(entry.category, lang="pt-br")).status_code == 302
    assert (
        "lang"
        in dans_browser.post(url, form(entry.category, lang="xx")).context["adminform"].errors
    )


def test_the_list_says_where_entries_stand_and_filters_by_it(write, dans_browser):
    write("Old rules", valid_until=datetime(2020, 1, 1, tzinfo=UTC))
    write("Wlan", lang="de")
    write("New rules", is_published=False)
    page = dans_browser.get("/admin/faq/entry/").content.decode()
    assert re.findall(r"state-(\w+)", page) == ["draft", "expired", "live"]
    assert "German" in page
    for query, title in (
        ("state=draft", "New rules"),
        ("state=expired", "Old rules"),
        ("lang=de", "Wlan"),
    ):
        shown = dans_browser.get(f"/admin/faq/entry/?{query}").context["cl"].queryset
        assert [entry.title for entry in shown] == [title], query


def test_the_preview_is_the_tree_that_customers_get(network, dans_browser, carols_browser):
    answer = dans_browser.post(PREVIEW, {"answer": "Ask **Carol**. <b>Now</b>"})
    assert answer.json() == {"blocks": [["p", ["Ask ", ["strong", ["Carol"]], ". <b>Now</b>"]]]}
    assert dans_browser.get(PREVIEW).status_code == 405
    assert carols_browser.post(PREVIEW, {"answer": "x"}).status_code == 302
