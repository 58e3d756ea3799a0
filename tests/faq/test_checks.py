"""A desk with a Dialogflow engine that cannot work says why before it starts."""

import json
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from faq.checks import dialogflow_settings


@pytest.fixture
def chosen(settings, tmp_path):
    """Everything right: an agent at Google's own address."""
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"type": "service_account", "private_key": "…"}))
    settings.FAQ_ENGINE = "dialogflow"
    settings.DIALOGFLOW_PROJECT = "campus-help"
    settings.DIALOGFLOW_KEY = str(key)
    settings.DIALOGFLOW_ENDPOINT = "europe-west2-dialogflow.googleapis.com"
    return settings


def wrong() -> list[str]:
    return [error.msg for error in dialogflow_settings()]


def test_nothing_is_asked_of_a_desk_with_another_engine(settings):
    settings.FAQ_ENGINE = "embedded"
    assert wrong() == []


def test_the_right_settings_are_right(chosen):
    assert wrong() == []
    chosen.DIALOGFLOW_ENDPOINT, chosen.DIALOGFLOW_KEY = "http://127.0.0.1:9000", ""
    assert wrong() == []


def test_each_wrong_setting_is_one_line(chosen, tmp_path):
    chosen.DIALOGFLOW_PROJECT = ""
    chosen.DIALOGFLOW_KEY = str(tmp_path / "none.json")
    lines = wrong()
    assert ["PROJECT" in lines[0], "KEY" in lines[1], len(lines)] == [True, True, 2]
    assert all("\n" not in line for line in lines)


@pytest.mark.parametrize("content", ["", "[]", '"private_key"', "{}", "null"])
def test_a_file_that_is_no_key(chosen, tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content)
    chosen.DIALOGFLOW_KEY = str(path)
    assert ["KEY" in line for line in wrong()] == [True]


@pytest.mark.parametrize("endpoint", ["http://dialogflow.example.com", "https://host", "a b"])
def test_an_endpoint_without_encryption_is_for_this_machine_only(chosen, endpoint):
    chosen.DIALOGFLOW_ENDPOINT = endpoint
    assert ["ENDPOINT" in line for line in wrong()] == [True]


def test_a_command_stops_with_the_line(chosen):
    chosen.DIALOGFLOW_PROJECT = "no spaces please"
    with pytest.raises(SystemCheckError, match="HELPDESK_DIALOGFLOW_PROJECT"):
        call_command("check")


def test_without_the_library_the_line_names_the_requirement_and_nothing_else_is_affected():
    """In a process that cannot find Google's packages."""
    script = (
        "import sys, importlib.abc\n"
        "class Hidden(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('google', 'grpc'):\n"
        "            raise ModuleNotFoundError(name=name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from faq.checks import dialogflow_settings\n"
        "import chat.bot.worker, helpdesk.asgi\n"
        "print(len(dialogflow_settings()))\n"
        "settings.FAQ_ENGINE = 'dialogflow'\n"
        "print(dialogflow_settings()[0].msg)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, cwd=configured.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
    )  # fmt: skip
    assert ran.stdout.splitlines() == [
        "0",
        "HELPDESK_FAQ_ENGINE=dialogflow: run pip install -r requirements-dialogflow.txt",
    ], ran.stderr
