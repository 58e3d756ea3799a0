"""A server that stands where Solr should, and answers as a test tells it."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.services.ports import free_port

# Seconds after which a server that holds the line lets go, so that its thread ends.
LONGEST = 5


class Rubbish(ThreadingHTTPServer):
    """`says` is the body, `status` the code; `drips` one byte now and then, `holds` the line."""

    daemon_threads = True
    says = b"{}"
    status = 200
    drips = holds = endless = False
    asked = 0

    def __init__(self) -> None:
        self.port = free_port()
        super().__init__(("127.0.0.1", self.port), Answer)
        self.url = f"http://127.0.0.1:{self.port}/solr"
        self.over = threading.Event()


class Answer(BaseHTTPRequestHandler):
    server: Rubbish

    def do_GET(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.holds:
            self.server.over.wait(LONGEST)
        with contextlib.suppress(OSError):
            self.answer()

    def do_POST(self) -> None:
        self.do_GET()

    def answer(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        end = time.monotonic() + LONGEST
        if self.server.drips or self.server.endless:
            piece, rest = (b" ", 0.1) if self.server.drips else (b" " * 65536, 0.0)
            while time.monotonic() < end and not self.server.over.wait(rest):
                self.wfile.write(piece)
        self.wfile.write(self.server.says)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running() -> Iterator[Rubbish]:
    """Such a server for as long as the block lasts."""
    server = Rubbish()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
