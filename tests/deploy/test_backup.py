"""manage.py backup and restore, drilled: a backup made under load, restored into an empty desk."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.talkers import Talker, assert_whole
from tests.services.server import Desk
from tests.services.ws import visitor

pytestmark = pytest.mark.server


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, make_desk) -> Desk:
    return make_desk(on=request.param, bot="outside")


@pytest.fixture
def empty(desk, tmp_path, request) -> Iterator[Desk]:
    """A new installation of the same kind, with nothing in it."""
    settings = {"bot": "outside"}
    if "database_url" in desk.settings:
        settings["database_url"] = request.getfixturevalue("postgres").create("restored")
    desk = Desk(tmp_path / "restored", **settings)
    yield desk
    desk.close()


def test_what_was_acknowledged_before_a_backup_is_there_after_a_restore(desk, empty, tmp_path):
    picture = desk.data / "media" / "2026" / "picture.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"not really a picture")
    talkers = _talking(desk)
    promised = {talker: list(talker.acknowledged) for talker in talkers}
    said = desk.manage("backup", str(tmp_path / "desk.tar"))
    assert "MiB" in said
    for talker in talkers:
        talker.has_said(1)  # it went on serving meanwhile
    for talker in talkers:
        talker.stop()
    # Nobody else reads what people wrote.
    assert (tmp_path / "desk.tar").stat().st_mode & 0o077 == 0

    assert "can be started" in empty.manage("restore", str(tmp_path / "desk.tar"))
    server = empty.server()
    for talker, acknowledged in promised.items():
        # The same secret and sessions: the same browser finds its conversation.
        person = talker.person.at(server)
        assert_whole(talker, acknowledged, talker.thread(person))
        with person.chat() as chat:
            chat.receive("message", client_id=chat.say("and it goes on"))
    copy = empty.data / "media" / "2026" / "picture.png"
    assert copy.read_bytes() == b"not really a picture"
    assert (empty.data / "secret").read_text() == (desk.data / "secret").read_text()


def _talking(desk: Desk) -> list[Talker]:
    server = desk.server(messages_a_minute=100_000, messages_a_minute_by_address=100_000)
    talkers = [Talker(visitor(server, f"talker-{number}")) for number in range(3)]
    for talker in talkers:
        talker.start()
    for talker in talkers:
        talker.has_said(20)
    return talkers


@pytest.mark.parametrize(
    "desk",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
)
def test_a_running_desk_and_one_with_data_are_not_overwritten(desk, tmp_path):
    path = str(tmp_path / "desk.tar")
    desk.manage("backup", path)
    server = desk.server()
    with visitor(server).chat() as chat:
        chat.receive("message", client_id=chat.say("do not lose me"))
        assert "The desk is running" in desk.manage("restore", path, "--force", check=False)
    server.stop()
    assert "--force" in desk.manage("restore", path, check=False)
    server.start()
    with visitor(server).chat("other") as chat:
        chat.receive("message", client_id=chat.say("still serving"))
    server.stop()
    desk.manage("restore", path, "--force")
    server.start()
    with visitor(server, "other").chat() as chat:
        assert chat.history["messages"] == []


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "other"])
def test_what_is_no_backup_is_refused_in_one_line(kind, make_desk, tmp_path):
    path = tmp_path / "backup.tar"
    _make_wrong(kind, path)
    said = make_desk().manage("restore", str(path), "--force", check=False).strip()
    assert said.startswith("CommandError: ")
    assert len(said.splitlines()) == 1


def _make_wrong(kind: str, path: Path) -> None:
    if kind == "text":
        path.write_text("hello")
    if kind == "empty":
        tarfile.open(path, "w").close()
    if kind == "other":
        manifest = path.with_name("manifest.json")
        manifest.write_text('{"format": 1, "database": "oracle"}')
        with tarfile.open(path, "w") as archive:
            archive.add(manifest, manifest.name)


def test_a_backup_that_cannot_be_written_leaves_nothing(make_desk, tmp_path):
    said = make_desk().manage("backup", str(tmp_path / "nowhere" / "desk.tar"), check=False)
    assert "There is no folder" in said
    assert list(tmp_path.glob(".backup-*")) == []
