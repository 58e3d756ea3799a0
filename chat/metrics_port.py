"""The port on which a process without pages shows what the desk has counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.utils.crypto import constant_time_compare
from prometheus_client import make_wsgi_app

from chat import counting

REFUSED = b"Ask with the token of the settings.\n"


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """One line a request says nothing."""


def offer(port: int) -> WSGIServer:
    """Serve on 127.0.0.1 until the process ends. Raises OSError where the port is taken."""
    server = make_server("127.0.0.1", port, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Show everything, to who knows the token where one is set."""
    if settings.METRICS_TOKEN and not is_token(environ.get("HTTP_AUTHORIZATION", "")):
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [REFUSED]
    shown: Iterable[bytes] = make_wsgi_app(counting.registry())(environ, start_response)
    return shown


def is_token(header: str) -> bool:
    """Whether an Authorization header has the token of the settings."""
    return constant_time_compare(header, f"Bearer {settings.METRICS_TOKEN}")
