"""What shows something to those who look at it, once there is something new."""

import asyncio
import logging

logger = logging.getLogger(__name__)


class Showing:
    """A task that shows what is new, one time after the other; what fails is logged, and what
    comes next is shown all the same."""

    def __init__(self) -> None:
        self.something = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self.wait()
            self.something.clear()
            try:
                await self.show()
            except Exception:
                logger.exception("%s: not shown", type(self).__name__)

    async def wait(self) -> None:
        """Until there is something to show."""
        await self.something.wait()

    async def show(self) -> None:
        raise NotImplementedError
