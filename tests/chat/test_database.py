"""Reads of the event loop, in threads of their own."""

import asyncio
import threading

import pytest
from django.db import connection

from chat.database import in_database
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
