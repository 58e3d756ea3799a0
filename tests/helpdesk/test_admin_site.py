"""The admin as a whole."""

import re

import pytest
from django.contrib.auth.models import Group

from chat import agents
from faq.models import Synonym

pytestmark = pytest.mark.django_db


def test_the_address_of_the_admin_s_logout_asks_and_then_logs_out(dans_browser):
    page = dans_browser.get("/admin/logout/", follow=True)
    assert page.redirect_chain == [("/accounts/logout/?next=/admin/", 302)]
    assert b"Log out?" in page.content
    assert dans_browser.head("/admin/logout/").status_code == 302
    assert dans_browser.get("/admin/").status_code == 200
    after = dans_browser.post("/accounts/logout/", {"next": "/admin/"}, follow=True)
    assert after.redirect_chain[-1] == ("/admin/login/?next=/admin/", 302)


def test_the_admin_s_own_button_logs_out_as_ever(dans_browser):
    assert dans_browser.post("/admin/logout/").status_code == 200
    assert dans_browser.get("/admin/").status_code == 302


def test_the_page_after_the_log_out_says_what_it_means(dans_browser):
    page = dans_browser.post("/admin/logout/").content.decode()
    assert "Whoever uses this browser next finds nothing of yours in it." in page
    assert "quality time" not in page


def test_every_page_leads_to_the_dashboard(dans_browser):
    for page in ("/admin/", "/admin/password_change/", "/admin/password_change/done/"):
        links = re.findall(r"<a [^>]*>Dashboard</a>", dans_browser.get(page).content.decode())
        assert links == ['<a href="/agent/dashboard/" class="dashboard">Dashboard</a>'], page


def test_an_agent_who_keeps_the_faq_finds_the_dashboard_too(client, django_user_model):
    ann, bob = (
        django_user_model.objects.create_user(name, password="pass", is_staff=True)
        for name in ("ann", "bob")
    )
    ann.groups.add(Group.objects.get_or_create(name=agents.GROUP)[0])
    for user, links in ((ann, 1), (bob, 0)):
        client.force_login(user)
        assert client.get("/admin/").content.decode().count(">Dashboard</a>") == links


def test_a_synonym_that_is_there_is_refused_in_a_sentence(dans_browser):
    Synonym.objects.create(said="wlan", meant="wifi")
    page = dans_browser.post("/admin/faq/synonym/add/", {"said": "WLAN", "meant": "network"})
    said = "The FAQ has another word for this already: change that synonym."
    assert page.context["adminform"].form.errors == {"said": [said]}
