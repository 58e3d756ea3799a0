"""Database work that the event loop asks for, in threads of its own.

Django's shared thread (`database_sync_to_async`) serves one call at a time for the whole
process; reads of many sockets must not queue there behind each other.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import connections

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="database")
# A search computes, and the first of a process reads the whole FAQ: no read waits behind it.
_searcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")


async def in_database(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Calls the function in a database thread; raises what it raises."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(
        _readers, lambda: _with_fresh_connection(function, *args, **kwargs)
    )


_asked_for: dict[Any, asyncio.Task[Any]] = {}


async def in_database_together(function: Callable[..., Result], *args: Any) -> Result:
    """As in_database, for what is the same for all who ask at once, as thousands of sockets do
    after a restart: who asks before the reading begins shares it, and nobody gets an older one.

    What comes back is shared too: not to be changed.
    """
    key = (asyncio.get_running_loop(), function, args)

    def begin() -> Result:
        _asked_for.pop(key, None)
        return function(*args)

    reading = _asked_for.get(key)
    if reading is None:
        reading = _asked_for[key] = asyncio.create_task(in_database(begin))
    # Whoever leaves meanwhile does not end it for the others.
    found: Result = await asyncio.shield(reading)
    return found


async def in_search(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Calls what searches the FAQ in a thread of its own; raises what it raises."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(
        _searcher, lambda: _with_fresh_connection(function, *args, **kwargs)
    )


def _with_fresh_connection(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    _give_back()
    try:
        return function(*args, **kwargs)
    finally:
        _give_back()


def _give_back() -> None:
    """Returns connections to PostgreSQL's pool; SQLite's stays open, for opening it costs more
    than most reads."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
