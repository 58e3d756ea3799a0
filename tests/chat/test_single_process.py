"""The claim on a SQLite database; that a second process is refused is in tests/test_serving.py."""

import errno
import fcntl

import pytest
from django.conf import settings

from chat import single_process


@pytest.mark.skipif(not settings.DATABASE_IS_SQLITE, reason="PostgreSQL is for many processes")
def test_a_file_system_without_locks_is_served_all_the_same(tmp_path, monkeypatch, caplog):
    def without_locks(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", without_locks)
    monkeypatch.setitem(
        single_process.connection.settings_dict, "NAME", str(tmp_path / "desk.sqlite3")
    )
    single_process.claim()
    assert "No locks available" in caplog.text
