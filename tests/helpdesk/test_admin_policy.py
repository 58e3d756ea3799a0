"""What the admin's pages may load and run, beside the desk's other pages."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


def policy(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.headers["Content-Security-Policy"]


def test_styles_of_the_theme_come_with_the_pages_nonce(client: Client, dan: User):
    client.force_login(dan)
    for address in ("/admin/", "/admin/faq/entry/", "/admin/faq/entry/try/"):
        answer = client.get(address)
        found = re.search(
            r"style-src 'self' 'nonce-([^']+)'", answer.headers["Content-Security-Policy"]
        )
        assert found, answer.headers["Content-Security-Policy"]
        assert f'onyx.js" defer nonce="{found[1]}"' in answer.content.decode()


def test_the_themes_styles_are_there_before_its_script_makes_them(client: Client, dan: User):
    # It looks for its script as onyx.js; collected, that is onyx.b6512e4bf9f7.js.
    client.force_login(dan)
    page = client.get("/admin/faq/entry/").content.decode()
    for name in ("onyx-hidden-columns", "onyx-collapsed-groups"):
        assert re.search(rf'<style id="{name}" nonce="[^"]+"></style>', page)


def test_no_page_may_evaluate_strings_or_run_scripts_without_a_nonce(client: Client, dan: User):
    client.force_login(dan)
    for address in ("/admin/", "/admin/faq/entry/", "/"):
        assert "unsafe" not in policy(client, address)


def test_the_other_pages_policy_is_as_it_was(client: Client, dan: User):
    client.force_login(dan)
    assert "style-src" not in policy(client, "/")
