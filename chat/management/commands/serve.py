import signal
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from uvicorn.supervisors import Multiprocess

from chat.backup import databases
from chat.metrics import measure_process
from chat.single_process import AlreadyServed, claim


class Command(BaseCommand):
    help = "Serves the desk with uvicorn: pages, sockets and, unless it runs outside, the bot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.BIND)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--processes", type=int, default=1, metavar="N")
        parser.add_argument(
            "--only",
            choices=("pages", "devices"),
            help="Serve one port, where HELPDESK_DEVICE_PORT has a process of its own.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        processes, only = options["processes"], options["only"]
        if processes < 1:
            raise CommandError("--processes must be 1 or more.")
        if only == "devices" and not settings.DEVICE_PORT:
            raise CommandError("--only devices serves HELPDESK_DEVICE_PORT, which is not set.")
        if processes > 1 or only == "devices":
            self.check_processes()
        self.check_tables()
        try:
            claim()
        except AlreadyServed as error:
            raise CommandError(str(error)) from error
        config = uvicorn.Config(
            "helpdesk.asgi:application",
            host=options["host"],
            port=settings.DEVICE_PORT if only == "devices" else options["port"],
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
        has_both = bool(settings.DEVICE_PORT) and only is None
        sockets = [config.bind_socket()] if processes > 1 or has_both else None
        if sockets and has_both:
            own = uvicorn.Config(config.app, host=config.host, port=settings.DEVICE_PORT)
            sockets.append(own.bind_socket())
        if processes == 1:
            end_in_order_on_hangup()
            # Once all is in order, uvicorn raises again what stopped it: after Ctrl-C a traceback.
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets)
        else:
            assert sockets is not None
            # Watches over the others, and is a process with a size as they are.
            measure_process(sockets=0)
            Multiprocess(config, sockets=sockets).run()

    def check_tables(self) -> None:
        """Who sets the desk up by hand forgets this. A PostgreSQL may be away for now."""
        if settings.DATABASE_IS_SQLITE and databases.is_empty():
            raise CommandError("The database has no tables yet. Run manage.py migrate first.")
        connection.close()

    def check_processes(self) -> None:
        """One process owns SQLite's write lock; several keep each other waiting for seconds."""
        if settings.DATABASE_IS_SQLITE:
            raise CommandError(
                "SQLite serves one process. Set HELPDESK_DATABASE_URL to a PostgreSQL database "
                "for several."
            )
        if not settings.REDIS_URL:
            raise CommandError(
                "Several processes hear of each other through Redis. Set HELPDESK_REDIS_URL."
            )


def end_in_order_on_hangup() -> None:
    """SIGHUP, from a terminal that closes or a supervisor, ends the process as SIGTERM does: by
    itself it would kill it with what it has in hand. Where it is ignored (nohup) it stays so.

    Several processes have one that watches over them, to which SIGHUP means: restart them.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
