"""What runs in a process beside its requests."""

import asyncio

from chat import metrics
from chat.services import Services
from tests.chat.hub.sockets import until


async def test_a_measurement_that_fails_is_not_the_last(monkeypatch):
    measured = []

    def measure(sockets: int) -> None:
        measured.append(sockets)
        if len(measured) == 1:
            raise OSError("no room for the counters")

    async def at_once(seconds: float, sleep=asyncio.sleep) -> None:
        await sleep(0)

    monkeypatch.setattr(metrics, "measure_process", measure)
    services = Services(with_bot=False, serves=False)
    measuring = asyncio.create_task(services.keep_measuring())
    await until(lambda: len(measured) >= 2)
    measuring.cancel()
