"""What is kept of py3langid's model says what the packed one says."""

from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from faq.search import detector

TEXTS = [
    "wie setze ich mein passwort zurück",
    "how do i reset my password",
    "¿Dónde está la biblioteca?",
    "Je ne peux pas imprimer",
    "dobrý den",
    "12345",
    "",
]


@pytest.fixture(scope="module")
def packed() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.fixture
def unpacked(settings, tmp_path: Path, monkeypatch, packed) -> list[str]:
    """Which model files were unpacked; nothing is kept yet."""
    settings.MODELS_DIR = tmp_path
    files: list[str] = []

    def from_model_file(file: str, **options: bool) -> LanguageIdentifier:
        files.append(file)
        return packed

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", from_model_file)
    return files


def test_the_second_time_it_is_read_and_says_the_same(unpacked, packed):
    first, second = detector.load(), detector.load()
    assert unpacked == [MODEL_FILE]
    assert first is packed
    assert second is not packed
    for text in TEXTS:
        assert second.rank(text) == packed.rank(text)


def test_a_damaged_file_is_made_again(unpacked, tmp_path):
    detector.load()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100_000])
    detector.load()
    detector.load()
    assert len(unpacked) == 2


def test_where_nothing_can_be_written_it_only_takes_longer(unpacked, settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "no" / "such" / "folder"
    assert detector.load().rank(TEXTS[0])[0][0] == "de"
    assert detector.load().rank(TEXTS[0])[0][0] == "de"
    assert len(unpacked) == 2


def test_what_an_earlier_release_left_is_removed(unpacked, tmp_path):
    (tmp_path / "py3langid-0.3.npz").touch()
    detector.load()
    (file,) = tmp_path.iterdir()
    assert file.name != "py3langid-0.3.npz"


def test_what_a_later_release_keeps_elsewhere_is_not_kept(unpacked, monkeypatch, tmp_path):
    monkeypatch.setattr(detector.np, "asarray", absent)
    assert detector.load() is not None
    assert not list(tmp_path.iterdir())


def absent(*_: object) -> None:
    raise AttributeError
