import asyncio
import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import housekeeping
from chat.images import store
from chat.models import Attachment
from tests.chat.images.rows import uploaded, with_files

pytestmark = pytest.mark.django_db(transaction=True)


def sessions(count: int, **age: float) -> None:
    when = timezone.now() + timedelta(**age)
    Session.objects.bulk_create(
        Session(session_key=f"{when:%j%H}-{number}", session_data="", expire_date=when)
        for number in range(count)
    )


async def kept() -> int:
    return await Session.objects.acount()


async def test_expired_sessions_go_a_few_at_a_time_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    await asyncio.to_thread(sessions, 5, days=-1)
    await asyncio.to_thread(sessions, 3, days=1)
    assert await housekeeping.clean_up() == 5
    assert await kept() == 3


async def test_a_process_cleans_up_soon_and_goes_on_after_a_failure(monkeypatch, caplog):
    monkeypatch.setattr(housekeeping, "FIRST", (0.0, 0.0))
    monkeypatch.setattr(housekeeping, "DAY", 0.0)
    cleaned = asyncio.Event()
    answers = iter([RuntimeError("the database is away"), 0])

    async def clean_up() -> int:
        if isinstance(answer := next(answers, 0), Exception):
            raise answer
        cleaned.set()
        return answer

    monkeypatch.setattr(housekeeping, "clean_up", clean_up)
    task = asyncio.create_task(housekeeping.keep_house())
    await asyncio.wait_for(cleaned.wait(), 20)
    task.cancel()
    assert "expired sessions not deleted" in caplog.text


async def test_uploads_that_no_message_took_go_after_a_day_and_files_that_are_nobody_s(
    alice, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    old = timezone.now() - timedelta(days=1, minutes=1)

    def prepare() -> list[str]:
        chat, key = alice.conversation, alice.author_key
        unused = with_files(uploaded(chat, key, created_at=old))
        used = with_files(uploaded(chat, key, created_at=old, message_seq=1))
        fresh = with_files(uploaded(chat, key))
        lost, newest = (with_files(uploaded(chat, key)) for _ in range(2))
        for row in (lost, newest):
            Attachment.objects.filter(pk=row.pk)._raw_delete("default")  # as SQL does
        store.incoming("broken").write_bytes(b"half an upload")
        for path in tmp_path.rglob("*"):
            if path.is_file() and not path.name.startswith(newest.key):
                os.utime(path, (old.timestamp(), old.timestamp()))
        return [unused.key, used.key, fresh.key, lost.key, newest.key]

    _, used, fresh, _, newest = await asyncio.to_thread(prepare)
    assert await housekeeping.clean_up_pictures() == 1
    there = {path.name.partition(".")[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {used, fresh, newest}
