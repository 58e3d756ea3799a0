"""The demo's own command: once, and never over what an admin has done since."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from chat import agents
from faq.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_model(settings, tmp_path):
    """Embeddings are not what this is about."""
    settings.EMBEDDING_MODEL_DIR = tmp_path


def load_demo() -> str:
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue()


def test_it_makes_two_agents_and_an_admin_and_says_their_passwords_once():
    said = load_demo()
    assert {user.username for user in agents.everybody()} == {"agent", "agent2", "admin"}
    for line in said.splitlines():
        name, password = line.removeprefix("Demo account ").split(": password ")
        assert get_user_model().objects.get(username=name).check_password(password)
    assert "password" not in load_demo()


def test_what_an_admin_has_edited_or_deleted_since_stays_so():
    load_demo()
    edited, deleted = Entry.objects.all()[:2]
    Entry.objects.filter(pk=edited.pk).update(answer="Ask Carol.")
    deleted.delete()
    get_user_model().objects.get(username="agent2").delete()
    assert "leaves everything as it is" in load_demo()
    assert Entry.objects.get(pk=edited.pk).answer == "Ask Carol."
    assert not Entry.objects.filter(title=deleted.title).exists()
    assert not get_user_model().objects.filter(username="agent2").exists()
