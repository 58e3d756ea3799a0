"""Dan sees who changed what in an entry, undoes it, and recovers what was deleted."""

import re

import pytest
import reversion
from django.contrib.auth.models import User
from django.urls import reverse
from reversion.models import Version

from faq import history
from faq.importers import load
from faq.models import Category, Entry, Phrasing, Revision
from faq.search import search
from tests.faq.admin.test_entry import form


def changed(browser, entry, *wordings, **fields):
    """Saves the entry's page with other fields and wordings; an empty wording is deleted."""
    present = list(entry.phrasings.all())
    data = form(entry.category, *wordings, title=entry.title, answer=entry.answer)
    data |= {"phrasings-INITIAL_FORMS": len(present), **fields}
    for number, phrasing in enumerate(present):
        data |= {f"phrasings-{number}-id": phrasing.pk, f"phrasings-{number}-entry": entry.pk}
        if not wordings[number]:
            data |= {f"phrasings-{number}-text": phrasing.text, f"phrasings-{number}-DELETE": "on"}
    response = browser.post(reverse("admin:faq_entry_change", args=[entry.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    entry.refresh_from_db()


def steps(browser, entry):
    page = browser.get(reverse("admin:faq_entry_history", args=[entry.pk]))
    return page.context["steps"]


def restore(browser, url):
    """Opens a former state and saves it as it is shown."""
    page = browser.get(url)
    forms = [page.context["adminform"].form]
    formset = page.context["inline_admin_formsets"][0].formset
    forms += [formset.management_form, *formset.forms]
    values = {
        bound.html_name: bound.value() if bound.value() is not None else ""
        for one in forms
        for bound in one
    }
    values = {name: "on" if value is True else value for name, value in values.items()}
    values = {name: value for name, value in values.items() if value is not False}
    return browser.post(url, values, follow=True)


def words(change):
    return [(piece.kind, piece.text.strip()) for piece in change.pieces if piece.text.strip()]


@pytest.fixture
def vpn(desk) -> Entry:
    return desk["vpn"]


def test_who_changed_what_in_fields_and_wordings(vpn, dans_browser):
    changed(dans_browser, vpn, "", "vpn client", "tunnel", answer="Ask Carol, please.")
    changed(dans_browser, vpn, "vpn client", "tunnel", answer="Ask Frank, please.")
    newest, older, oldest = steps(dans_browser, vpn)
    assert [step["revision"].user for step in (newest, older, oldest)] == [
        User.objects.get(username="dan"),
        User.objects.get(username="dan"),
        None,
    ]
    assert {change.name: words(change) for change in newest["changes"]} == {
        "answer": [("kept", "Ask"), ("gone", "Carol,"), ("new", "Frank,"), ("kept", "please.")]
    }
    found = {change.name: words(change) for change in older["changes"]}
    assert found["wordings"] == [
        ("gone", "work from home on the campus network"),
        ("new", "tunnel"),
    ]
    assert oldest["revision"].comment == history.BEFORE_HISTORY
    page = dans_browser.get(reverse("admin:faq_entry_history", args=[vpn.pk])).content.decode()
    assert re.search(r"<del>\s*Carol,</del>\s*<ins>Frank,</ins>", page)


def test_undo_brings_back_fields_and_wordings_and_the_search_sees_it(
    model, vpn, dans_browser, knowledge
):
    changed(dans_browser, vpn, "", "vpn client", "flux capacitor", answer="Wrong.")
    search("vpn")
    before = Revision.current()
    done = restore(dans_browser, steps(dans_browser, vpn)[-1]["url"])
    assert done.status_code == 200
    vpn.refresh_from_db()
    assert vpn.answer == "All about: Set up the VPN"
    assert {phrasing.text for phrasing in vpn.phrasings.all()} == {
        "work from home on the campus network",
        "vpn client",
    }
    assert Revision.current() != before
    best = search("work from home on the campus network").hits[0]
    assert (best.title, best.answer) == (vpn.title, vpn.answer)
    assert all(hit.phrasing != "flux capacitor" for hit in search("flux capacitor").hits)
    assert "Reverted" in steps(dans_browser, vpn)[0]["revision"].comment


def test_looking_at_a_former_state_changes_nothing(vpn, dans_browser):
    changed(dans_browser, vpn, "", "vpn client", answer="New.")
    before = Revision.current(), Version.objects.count()
    assert dans_browser.get(steps(dans_browser, vpn)[-1]["url"]).status_code == 200
    assert (Revision.current(), Version.objects.count()) == before
    assert Entry.objects.get(pk=vpn.pk).answer == "New."


@pytest.mark.parametrize("how", ["page", "list", "shell"])
def test_a_deleted_entry_is_recovered_with_its_wordings(vpn, dans_browser, how):
    if how == "page":
        dans_browser.post(reverse("admin:faq_entry_delete", args=[vpn.pk]), {"post": "yes"})
    elif how == "list":
        data = {"action": "delete_selected", "_selected_action": [vpn.pk], "post": "yes"}
        dans_browser.post("/admin/faq/entry/", data)
    else:
        Entry.objects.get(pk=vpn.pk).delete()
    assert not Entry.objects.filter(pk=vpn.pk).exists()
    listed = dans_browser.get("/admin/faq/entry/recover/")
    assert vpn.title in listed.content.decode()
    (version,) = listed.context["deleted"]
    page = restore(dans_browser, reverse("admin:faq_entry_recover", args=[version.pk]))
    (said,) = [str(message) for message in page.context["messages"]]
    assert re.sub("<.*?>", "", said) == f"The entry “{vpn.title}” was recovered."
    assert {p.text for p in Entry.objects.get(title=vpn.title).phrasings.all()} == {
        "work from home on the campus network",
        "vpn client",
    }


def test_what_is_changed_from_the_list_is_in_the_history(desk, dans_browser):
    ids = [desk["vpn"].pk, desk["wifi"].pk]
    dans_browser.post("/admin/faq/entry/", {"action": "withdraw", "_selected_action": ids})
    for name in ("vpn", "wifi"):
        newest, oldest = steps(dans_browser, desk[name])
        assert newest["revision"].comment == "Withdrew from the list."
        assert newest["revision"].user.username == "dan"
        assert [change.name for change in newest["changes"]] == ["published"]
        assert oldest["changes"] == []
    assert not Version.objects.get_for_object(desk["reset"]).exists()


def test_what_a_file_brings_is_in_the_history(db, no_model, tmp_path, dans_browser):
    file = tmp_path / "faq.json"
    for answer, wording in (("One.", "a"), ("Two.", "b")):
        entry = f'{{"title": "T", "answer": "{answer}", "phrasings": ["{wording}"]}}'
        file.write_text(f'{{"categories": [{{"slug": "c", "name": "C", "entries": [{entry}]}}]}}')
        load(file)
    newest, oldest = steps(dans_browser, Entry.objects.get())
    assert newest["revision"].comment == "Loaded from faq.json."
    assert [change.name for change in newest["changes"]] == ["answer", "wordings"]
    assert oldest["changes"] == []


def test_a_bulk_update_in_a_recorded_block_is_a_step_of_it(desk, dan):
    with history.recorded("Moved.", dan):
        Entry.objects.filter(pk=desk["vpn"].pk).update(lang="de")
        Phrasing.objects.bulk_create([Phrasing(entry=desk["wifi"], text="wlan")])
    moved = Version.objects.filter(revision__comment="Moved.").get_for_model(Entry)
    assert {version.object_repr for version in moved} == {desk["vpn"].title, desk["wifi"].title}
    Category.objects.filter(slug="accounts").update(name="Renamed")
    assert Version.objects.get_for_object(desk["reset"]).count() == 0


def fail_after_saving(entry):
    entry.answer = "Half."
    entry.save()
    raise RuntimeError


def test_what_fails_leaves_no_step(vpn):
    with pytest.raises(RuntimeError), history.recorded("Half."):
        fail_after_saving(vpn)
    assert not reversion.is_active()
    assert not Version.objects.filter(revision__comment="Half.").exists()
