"""Reading: whose turn it is, what is written down, and that the process goes when it is idle."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.images import ocr, reader, store
from chat.images.ocr import NotRead, Scribe
from chat.images.reader import Reader
from tests.chat.images import made, screens
from tests.chat.images.rows import uploaded
from tests.services.patience import EVENTUALLY
from tests.services.skips import missing

if not ocr.find_spec("rapidocr"):
    missing("rapidocr", "pip install -r requirements-ocr.txt")


def to_be_read(customer, image, **fields):
    row = uploaded(customer.conversation, customer.author_key, reading="waiting", **fields)
    path = store.picture(row.key, row.media_type)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.saved(image, "PNG"))
    return row


def screenshot():
    return screens.draw(screens.PATH_NOT_FOUND, screens.fonts()[0], screens.LIGHT)


@pytest.fixture
def scribe():
    scribe = Scribe()
    yield scribe
    scribe.rest()


@pytest.mark.django_db
def test_one_picture_after_the_other_and_a_broken_one_stops_nobody(alice, scribe):
    broken = uploaded(alice.conversation, alice.author_key, reading="waiting")
    empty = to_be_read(alice, made.picture())
    good = to_be_read(alice, screenshot())
    while row := reader.claim():
        reader.read(row, scribe)
    for row in (broken, empty, good):
        row.refresh_from_db()
    assert [broken.reading, empty.reading, good.reading] == ["failed", "read", "read"]
    assert "0x80070035" in good.text
    assert "Windows cannot access" in good.text
    assert empty.text == ""


@pytest.mark.django_db
def test_a_picture_is_read_by_one_and_by_another_if_that_one_is_gone(alice):
    row = uploaded(alice.conversation, alice.author_key, reading="waiting")
    assert reader.claim().pk == row.pk
    assert reader.claim() is None
    row.reading, row.reading_since = "reading", timezone.now() - timedelta(minutes=2)
    row.save()
    assert reader.claim().pk == row.pk


def test_a_reader_that_dies_or_hangs_is_started_anew(scribe, tmp_path):
    path = tmp_path / "a.png"
    screenshot().save(path)
    with pytest.raises(NotRead):
        scribe.read(path, patience=0.001)
    assert not scribe.is_awake
    assert "0x80070035" in scribe.read(path)
    scribe._child.kill()
    scribe._child.wait()
    with pytest.raises(NotRead):
        scribe.read(path)
    assert "0x80070035" in scribe.read(path)


@pytest.mark.django_db(transaction=True)
def test_the_service_reads_tells_and_lets_the_process_go(alice, monkeypatch):
    monkeypatch.setattr(reader, "SWEEP", 0.05)
    monkeypatch.setattr(reader, "IDLE", 0.0)
    row = to_be_read(alice, screenshot())
    told = threading.Event()
    service = Reader(lambda conversation_id: told.set())
    service.start()
    try:
        assert told.wait(EVENTUALLY)
        row.refresh_from_db()
        assert (row.reading, "0x80070035" in row.text) == ("read", True)
        rested = threading.Event()
        while service.scribe.is_awake and not rested.wait(0.02):
            pass
    finally:
        service.stop()
    assert Reader.running is None


@pytest.mark.django_db(transaction=True)
def test_a_picture_in_hand_when_the_process_stops_is_read_by_the_next(alice, scribe, monkeypatch):
    row = to_be_read(alice, screenshot())
    begun = threading.Event()
    wake = Scribe.wake

    def tell(self):
        wake(self)
        begun.set()

    monkeypatch.setattr(Scribe, "wake", tell)
    service = Reader(lambda conversation_id: None)
    service.start()
    assert begun.wait(EVENTUALLY)
    service.stop()
    row.refresh_from_db()
    assert row.reading == "waiting"
    reader.read(reader.claim(), scribe)
    row.refresh_from_db()
    assert (row.reading, "0x80070035" in row.text) == ("read", True)


def test_a_reader_that_is_ended_while_it_wakes_has_not_read(scribe, monkeypatch, tmp_path):
    wake = Scribe.wake

    def ended(self):
        wake(self)
        self.rest()

    monkeypatch.setattr(Scribe, "wake", ended)
    with pytest.raises(ocr.NotRead):
        scribe.read(tmp_path / "picture.png")


def test_without_the_library_or_switched_off_nothing_is_read(settings, monkeypatch):
    assert ocr.is_available()
    settings.OCR = "none"
    assert not ocr.is_available()
    settings.OCR = "rapidocr"
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    assert not ocr.is_available()


def test_the_reader_knows_nothing_of_the_desk():
    assert "django" not in ocr.CHILD.read_text()
