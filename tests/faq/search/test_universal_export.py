"""What is made of the published encoder, held against what stands in the models' folder."""

from pathlib import Path

import pytest

from faq.search import universal, universal_export


@pytest.fixture
def folder(models, tmp_path: Path) -> Path:
    """The package's two files, and nothing made of them."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name in (universal_export.PIECES_FILE, universal_export.WEIGHTS_FILE):
        there = models / "universal-sentence-encoder-multilingual-3" / name
        (folder / name).symlink_to(there)
    return folder


def test_the_published_model_gives_the_files_that_are_tested(folder, models):
    """test_universal.py holds those to the package's own arithmetic."""
    universal_export.export(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["encoder"]
    for name in universal.FILES:
        there = models / "universal-sentence-encoder-multilingual-3" / name
        assert (folder / name).read_bytes() == there.read_bytes(), name


def test_files_that_a_desk_has_open_stay_as_they_are(folder):
    for name in universal.FILES:
        (folder / name).write_bytes(b"open")
    opened = {name: (folder / name).open("rb") for name in universal.FILES}
    universal_export.export(folder)
    for file in opened.values():
        with file:
            assert file.read() == b"open"
