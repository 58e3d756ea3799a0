"""What runs in a process beside its requests: the hub, the message log's writer, the bot."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings

from chat import metrics
from chat.access import Participant, revoked
from chat.actions import announcements, receipts
from chat.actions.delivery import notices_for
from chat.database import in_database
from chat.housekeeping import keep_house
from chat.hub import Hub
from chat.hub.socket import SESSION_OVER
from chat.images.reader import Reader
from chat.log import Writer
from chat.single_process import AlreadyServed, claim
from faq.search import keep_index

logger = logging.getLogger(__name__)


class Services:
    """Started on the event loop of an ASGI process or of `manage.py runbot`."""

    def __init__(self, *, with_bot: bool, serves: bool = True) -> None:
        self.with_bot = with_bot
        self.hub = Hub()
        self.writer = Writer()
        self.worker: Any = None
        self.postman: Any = None
        if with_bot:
            from chat.bot.worker import Worker
            from chat.letters.postman import Postman

            self.worker = Worker()
            self.postman = Postman()
        # Who does not serve may be on another machine, without the pictures.
        self.reader = Reader(self.picture_read) if serves and settings.OCR != "none" else None
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        _tune_the_interpreter()
        await self.writer.start()
        await self.hub.start()
        keep_index()
        if self.worker is not None:
            self.worker.start()
            self.postman.start()
            self.hub.listeners.append(self.wake_bot)
            self.hub.stop_listeners.append(self.worker.stop_writing)
        if self.reader is not None:
            self.reader.start()
        self.tasks.append(asyncio.create_task(self.watch_sessions()))
        self.tasks.append(asyncio.create_task(keep_house()))
        self.tasks.append(asyncio.create_task(receipts.keep_writing()))
        self.tasks.append(asyncio.create_task(self.keep_announcing()))
        self.tasks.append(asyncio.create_task(self.keep_measuring()))

    def wake_bot(self, change: Any) -> None:
        assert self.worker is not None
        if change.bot_is_due or change.standing is not None:
            self.worker.wake(change.conversation)

    def picture_read(self, conversation_id: int) -> None:
        """The bot may be waiting for what the picture says; a worker elsewhere looks by itself."""
        if self.worker is not None:
            self.worker.wake(conversation_id)

    async def watch_sessions(self) -> None:
        """Sockets outlive logout, password change and removal from the group unless closed."""
        while True:
            await asyncio.sleep(1)
            try:
                await self.close_revoked()
            except Exception:
                logger.exception("sessions not checked")

    async def keep_announcing(self) -> None:
        """Sends what has been announced for later, and what a dead process left unsent."""
        while True:
            await asyncio.sleep(1)
            try:
                await in_database(announcements.publish_due)
            except Exception:
                logger.exception("announcements not sent")

    async def keep_measuring(self) -> None:
        while True:
            try:
                metrics.measure_process(len(self.hub.sockets))
            except Exception:
                logger.exception("process not measured")
            await asyncio.sleep(1)

    async def close_revoked(self) -> None:
        people = [s for s in self.hub.sockets if _may_be_revoked(s.participant)]
        if not people:
            return
        agents = {s.participant.user_id for s in people if s.participant.is_agent}
        if agents:
            await in_database(notices_for, list(agents))
        over = await in_database(revoked, [socket.participant for socket in people])
        for socket in people:
            if socket.participant in over:
                socket.close(SESSION_OVER, "Your session is over. Please log in again.")

    async def drain(self) -> None:
        """New commands are refused, those in hand committed and acknowledged, sockets closed."""
        if self.hub.is_draining:
            return
        self.hub.is_draining = True
        if self.reader is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.reader.stop)
        if self.worker is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._stop_bot)
        await self.writer.drain()
        await asyncio.sleep(0)  # acknowledgements are queued for their sockets by callbacks
        await self.hub.close_all()

    def _stop_bot(self) -> None:
        self.postman.stop()
        self.worker.stop()

    async def stop(self) -> None:
        await self.drain()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.hub.stop()
        await self.writer.stop()


def _may_be_revoked(participant: Participant) -> bool:
    return participant.user_id is not None or bool(participant.issued_at)


def _tune_the_interpreter() -> None:
    """Two settings for a process that is mostly one busy loop, each measured by bench/relay.py.

    What is loaded by now stays: garbage collection need not look through it again and again (a
    tenth of the time, and the longest pauses). And the log's thread, back from the database,
    gets the interpreter from the loop after 0.2 ms instead of 5 (a quarter more messages).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    sys.setswitchinterval(0.0002)


class WithServices:
    """An ASGI application that starts the services with the server, or with its first scope.

    uvicorn tells of its start and end by lifespan; daphne and runserver do not.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        self.services: Services | None = None
        self.starting: asyncio.Lock | None = None
        self.refused = ""  # why, as it was logged last

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
            return
        if self.services is None:
            try:
                await self.start()
            except AlreadyServed as error:
                if str(error) != self.refused:
                    logger.error("%s", error)
                self.refused = str(error)
                await _refuse(scope, receive, send, self.refused)
                return
        await self.application(scope, receive, send)

    async def start(self) -> None:
        self.starting = self.starting or asyncio.Lock()
        async with self.starting:
            if self.services is None:
                claim()
                services = Services(with_bot=settings.BOT == "inside")
                await services.start()
                self.services = services

    async def lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await self.start()
        except AlreadyServed as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        except Exception as error:
            logger.exception("the services did not start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        assert self.services is not None
        drain_before_exit(self.services.drain)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.services.stop()
        await send({"type": "lifespan.shutdown.complete"})


async def _refuse(scope: dict[str, Any], receive: Any, send: Any, why: str) -> None:
    """Servers without lifespan take requests although the services cannot run."""
    await receive()
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})


def drain_before_exit(drain: Callable[[], Any]) -> None:
    """Puts `drain` before what the server does on SIGTERM and SIGINT.

    uvicorn closes the sockets first, and what was in hand then fails to be acknowledged. A
    second signal goes straight to the server.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        server_handler = signal.getsignal(number)
        if not callable(server_handler):
            continue

        def handle(
            signum: int, frame: Any, then: Callable[[int, Any], Any] = server_handler
        ) -> None:
            signal.signal(signum, then)

            async def drain_then_exit() -> None:
                try:
                    await asyncio.wait_for(drain(), 8)
                finally:
                    then(signum, frame)

            loop.call_soon_threadsafe(lambda: loop.create_task(drain_then_exit()))

        signal.signal(number, handle)
