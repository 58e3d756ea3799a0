from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from uvicorn.supervisors import Multiprocess

from chat.metrics import measure_process


class Command(BaseCommand):
    help = "Serves the desk with uvicorn: pages, sockets and, unless it runs outside, the bot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.BIND)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--processes", type=int, default=1, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        processes = options["processes"]
        if processes < 1:
            raise CommandError("--processes must be 1 or more.")
        if processes > 1:
            self.check_processes()
        config = uvicorn.Config(
            "helpdesk.asgi:application",
            host=options["host"],
            port=options["port"],
            workers=processes,
            loop="auto",
            ws="helpdesk.websocket:Protocol",
            ws_max_size=64 * 1024,
            # Deflate costs 33 KiB a socket and browsers always offer it.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=10,
            log_config=None,
            access_log=False,
            server_header=False,
        )
        sockets = [config.bind_socket()] if processes > 1 or settings.DEVICE_PORT else None
        if sockets and settings.DEVICE_PORT:
            own = uvicorn.Config(config.app, host=config.host, port=settings.DEVICE_PORT)
            sockets.append(own.bind_socket())
        if processes == 1:
            uvicorn.Server(config).run(sockets)
        else:
            assert sockets is not None
            # Watches over the others, and is a process with a size as they are.
            measure_process(sockets=0)
            Multiprocess(config, sockets=sockets).run()

    def check_processes(self) -> None:
        """One process owns SQLite's write lock; several keep each other waiting for seconds."""
        if settings.DATABASE_IS_SQLITE:
            raise CommandError(
                "SQLite serves one process. Set HELPDESK_DATABASE_URL to a PostgreSQL database "
                "for --processes."
            )
        if not settings.REDIS_URL:
            raise CommandError(
                "Several processes hear of each other through Redis. Set HELPDESK_REDIS_URL."
            )
