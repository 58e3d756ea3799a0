"""manage.py runbot: the bot's worker in a process of its own; any number, anywhere."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat import metrics_port
from chat.services import Services
from chat.single_process import AlreadyServed, claim

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Answers customers as the bot, beside web processes with HELPDESK_BOT=outside."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.REDIS_URL:
            try:
                claim()
            except AlreadyServed as error:
                raise CommandError(f"{error} Beside it runbot needs Redis alone.") from error
        if settings.METRICS_PORT:
            _offer_metrics(settings.METRICS_PORT)
        asyncio.run(serve())


def _offer_metrics(port: int) -> None:
    try:
        metrics_port.offer(port)
    except OSError as error:
        # Another worker of this machine has it: that is no reason not to answer customers.
        logger.warning("no metrics of this worker on port %d: %s", port, error.strerror)


async def serve() -> None:
    """Runs until SIGTERM or SIGINT; what is in hand goes back to the to-do list."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    services = Services(with_bot=True, serves=False)
    await services.start()
    logger.info("the bot's worker runs")
    await over.wait()
    await services.stop()
    logger.info("the bot's worker has stopped")
