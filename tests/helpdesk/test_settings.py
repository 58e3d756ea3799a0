"""Settings as a process of its own reads them from the environment."""

import json
import os
import subprocess
import sys

import pytest

from tests.services.server import Desk
from tests.settings import ROOT


def setting(name: str, tmp_path, **env: str):
    """A setting's value under these HELPDESK_* variables."""
    script = f"import json; from helpdesk import settings; print(json.dumps(settings.{name}))"
    env = {f"HELPDESK_{key.upper()}": value for key, value in env.items()}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"HELPDESK_DATA": str(tmp_path)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_what_the_database_url_asks_for_is_kept(tmp_path):
    url = "postgres://alice:secret@db.example.edu/desk?sslmode=verify-full"
    options = setting("DATABASES", tmp_path, database_url=url)["default"]["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert options["pool"]["max_size"] == 16


@pytest.mark.parametrize("command", ["fetch_models", "migrate", "serve"])
def test_a_command_says_what_is_wrong_with_a_setting_in_one_line(command, tmp_path):
    said = Desk(tmp_path, port="banana").manage(command, check=False).splitlines()
    assert said == [
        "ImproperlyConfigured: HELPDESK_PORT must be a whole number from 1 to 65535, not 'banana'."
    ]


@pytest.mark.parametrize(
    "name", ["database_url", "debug", "log_level", "log_format", "bot", "port"]
)
def test_a_value_that_cannot_be_meant_is_named(name, tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as caught:
        setting("DEBUG", tmp_path, **{name: "banana"})
    assert f"HELPDESK_{name.upper()} must be" in caught.value.stderr.splitlines()[-1]
