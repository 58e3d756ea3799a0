"""Reads of the event loop, in threads of their own."""

import asyncio
import threading

import pytest
from django.db import connection

from chat.database import in_database, in_database_together
from chat.models import Conversation

pytestmark = pytest.mark.django_db(transaction=True)


async def test_it_gives_back_what_the_function_gives(transactional_db):
    assert await in_database(Conversation.objects.count) == 0
    assert await in_database(lambda a, b=0: a + b, 1, b=2) == 3


async def test_it_raises_what_the_function_raises():
    with pytest.raises(ZeroDivisionError):
        await in_database(lambda: 1 / 0)


async def test_a_slow_read_neither_holds_up_the_loop_nor_every_other_read():
    go_on = threading.Event()
    slow = asyncio.create_task(in_database(go_on.wait, 60))
    await in_database(Conversation.objects.count)
    assert not slow.done()
    go_on.set()
    assert await slow


async def test_who_asks_together_shares_one_reading_and_nobody_gets_an_older_one():
    go_on, readings = threading.Event(), []

    def read(word):
        readings.append(word)
        return len(readings)

    busy = [asyncio.create_task(in_database(go_on.wait, 60)) for _ in range(2)]
    await asyncio.sleep(0)
    asking = [asyncio.create_task(in_database_together(read, "same")) for _ in range(5)]
    other = asyncio.create_task(in_database_together(read, "other"))
    await asyncio.sleep(0)
    asking.pop().cancel()
    go_on.set()
    await asyncio.gather(*busy)
    first = await asyncio.gather(*asking)
    await other
    assert len(set(first)) == 1
    assert sorted(readings) == ["other", "same"]
    assert await in_database_together(read, "same") == 3


async def test_not_in_the_thread_that_django_shares():
    thread = await in_database(threading.current_thread)
    assert thread.name.startswith("database")


async def test_a_connection_that_broke_is_not_used_again(transactional_db):
    def broken():
        connection.ensure_connection()
        connection.errors_occurred = True
        connection.close_at = 0

    for _ in range(4):
        await in_database(broken)
    assert await in_database(Conversation.objects.count) == 0
