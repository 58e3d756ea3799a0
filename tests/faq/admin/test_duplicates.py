"""Dan sees which entries take each other's questions."""

import threading

from django.test import Client

import faq.search
from faq.admin import duplicates

PAGE = "/admin/faq/entry/duplicates/"


def test_pairs_are_listed_with_both_titles_and_what_goes_where(
    model, desk, write, dans_browser, monkeypatch
):
    monkeypatch.setattr(duplicates, "knowledge", faq.search.knowledge)
    other = write("Wireless at home", "wifi wireless connection", "how do i get on to the wifi")
    response = dans_browser.get(PAGE)
    assert PAGE in dans_browser.get("/admin/faq/entry/").content.decode()
    page = " ".join(response.content.decode().split())
    first = response.context["pairs"][0]
    assert {first.one.title, first.other.title} == {"Connect to Wi-Fi", "Wireless at home"}
    assert f"/admin/faq/entry/{other.pk}/change/" in page
    assert "“how do i get on to the wifi” goes to Connect to Wi-Fi" in page
    assert "look-again" not in page


def test_what_takes_long_does_not_keep_the_page(no_model, desk, dans_browser, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(duplicates, "knowledge", faq.search.knowledge)
    monkeypatch.setattr(duplicates, "PATIENCE", 0.01)
    monkeypatch.setattr(duplicates, "results", duplicates.Duplicates())
    monkeypatch.setattr(duplicates, "stolen", lambda *_: release.wait(30) and [])
    page = dans_browser.get(PAGE).content.decode()
    assert "being worked out" in page
    assert "look-again" in page
    release.set()
    monkeypatch.setattr(duplicates, "PATIENCE", 30)
    assert "No two entries" in dans_browser.get(PAGE).content.decode()


def test_is_for_those_who_may_see_entries(desk, carol):
    carol.is_staff = True
    carol.save()
    browser = Client()
    browser.force_login(carol)
    assert browser.get(PAGE).status_code == 403


def test_a_translation_is_no_duplicate(model, desk, write, dans_browser, monkeypatch):
    monkeypatch.setattr(duplicates, "knowledge", faq.search.knowledge)
    write("Wireless at home", "wifi wireless connection", "how do i get on to the wifi", lang="de")
    titles = {pair.one.title for pair in dans_browser.get(PAGE).context["pairs"]}
    assert titles == {"Reset a password"}
