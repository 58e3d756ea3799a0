"""The admin as a whole."""

import pytest

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
