import asyncio
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import housekeeping

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
